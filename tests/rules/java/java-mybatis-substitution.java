import org.apache.ibatis.annotations.*;

interface Articles {
    // ruleid: java-mybatis-substitution
    @Select("SELECT id FROM article WHERE title LIKE '%${words}%'")
    List<Long> search(@Param("words") String words);

    // ruleid: java-mybatis-substitution
    @Delete(value = "DELETE FROM article WHERE author = ${author}")
    int remove(String author);

    // ruleid: java-mybatis-substitution
    @Update("UPDATE article SET state = 'old' WHERE ${column} < now()")
    int age(Map<String, Object> values);

    // ok: java-mybatis-substitution
    @Select("SELECT id FROM article WHERE title LIKE CONCAT('%', #{words}, '%')")
    List<Long> bound(@Param("words") String words);

    // ok: java-mybatis-substitution
    @Select("SELECT id FROM article ORDER BY ${order}")
    List<Long> ordered(@Param("order") Column order);

    // ok: java-mybatis-substitution
    @Select("SELECT id FROM ${schema}.article WHERE title = #{title}")
    List<Long> ofSchema(@Param("title") String title);

    // ok: java-mybatis-substitution
    @Value("${articles.page}")
    String page(String title);
}
