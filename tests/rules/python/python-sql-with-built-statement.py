from sqlalchemy import text


def remove(cursor, issuer, key, table):
    # ruleid: python-sql-with-built-statement
    cursor.execute("DELETE FROM cache WHERE issuer = '{}' AND key = '{}'".format(issuer, key))
    # ruleid: python-sql-with-built-statement
    cursor.execute(f"SELECT name FROM account WHERE name = '{issuer}'")
    # ruleid: python-sql-with-built-statement
    cursor.execute("select * from users where name='%s' and age=%s" % (issuer, key))
    query = "UPDATE account SET name = '%(name)s'" % {"name": issuer}
    # ruleid: python-sql-with-built-statement
    cursor.execute(query)
    # ruleid: python-sql-with-built-statement
    cursor.execute(text(f"SELECT Find_SRID('{issuer}', '{key}')"))
    # ruleid: python-sql-with-built-statement
    cursor.execute("SELECT * FROM account WHERE name = '" + issuer + "'")
    # ruleid: python-sql-with-built-statement
    cursor.execute(f"SAVEPOINT {key}")
    # ok: python-sql-with-built-statement
    cursor.execute("DELETE FROM cache WHERE issuer = ? AND key = ?", (issuer, key))
    # ok: python-sql-with-built-statement
    cursor.execute("SELECT * FROM {} WHERE name = ?".format(table), (issuer,))
    # ok: python-sql-with-built-statement
    cursor.execute(f"SELECT count(*) FROM {table}")
    # ok: python-sql-with-built-statement
    cursor.execute("SELECT * FROM account WHERE id IN (%s)" % ",".join("?" * len(key)), key)
    # ok: python-sql-with-built-statement
    cursor.execute(quote_statement("SELECT * FROM account WHERE name = '{}'".format(issuer)))
    # ok: python-sql-with-built-statement
    cursor.execute(text("SELECT Find_SRID(:schema, :name)"), {"schema": issuer, "name": key})
    # ok: python-sql-with-built-statement
    cursor.execute("UPDATE account SET name = 'nobody'")
    # ok: python-sql-with-built-statement
    print(f"update account '{issuer}' failed")
    # ok: python-sql-with-built-statement
    runner.execute(f"deploy '{issuer}'")
