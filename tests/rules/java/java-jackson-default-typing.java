class Mapper {
    void create(ObjectMapper mapper, PolymorphicTypeValidator validator) {
        // ruleid: java-jackson-default-typing
        mapper.enableDefaultTyping();
        // ruleid: java-jackson-default-typing
        mapper.enableDefaultTyping(ObjectMapper.DefaultTyping.NON_FINAL);
        // ruleid: java-jackson-default-typing
        mapper.activateDefaultTyping(LaissezFaireSubTypeValidator.instance, ObjectMapper.DefaultTyping.NON_FINAL);
        // ruleid: java-jackson-default-typing
        mapper.activateDefaultTyping(mapper.getPolymorphicTypeValidator());
        // ruleid: java-jackson-default-typing
        validator = BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build();
        // ok: java-jackson-default-typing
        mapper.activateDefaultTyping(validator, ObjectMapper.DefaultTyping.NON_FINAL);
        // ok: java-jackson-default-typing
        validator = BasicPolymorphicTypeValidator.builder().allowIfBaseType(Shape.class).build();
        // ok: java-jackson-default-typing
        mapper.deactivateDefaultTyping();
        // ok: java-jackson-default-typing
        mapper.registerSubtypes(Circle.class);
        // ok: java-jackson-default-typing
        mapper.readValue(text, Shape.class);
    }
}

class Parcel {
    // ruleid: java-jackson-default-typing
    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    Object content;

    // ok: java-jackson-default-typing
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    Object named;
}
