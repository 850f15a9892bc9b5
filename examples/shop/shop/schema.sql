CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    is_admin INTEGER NOT NULL DEFAULT 0,
    reset_token TEXT
);
CREATE TABLE IF NOT EXISTS product (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    cents INTEGER NOT NULL,
    image TEXT
);
CREATE TABLE IF NOT EXISTS review (
    id INTEGER PRIMARY KEY,
    product INTEGER NOT NULL REFERENCES product (id),
    author TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS purchase (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id),
    total INTEGER NOT NULL,
    invoice TEXT NOT NULL
);
