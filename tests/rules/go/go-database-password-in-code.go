package data

import (
	"database/sql"
	"fmt"
	"os"

	"github.com/jmoiron/sqlx"
	"gorm.io/driver/postgres"
)

const address = "postgres://shop:k3mVq81x@db.example/shop"

func open(password string) {
	// ruleid: go-database-password-in-code
	sql.Open("postgres", "postgres://shop:k3mVq81x@db.example/shop")
	// ruleid: go-database-password-in-code
	sql.Open("postgres", address)
	// ruleid: go-database-password-in-code
	sqlx.Connect("mysql", "shop:k3mVq81x@tcp(db.example:3306)/shop")
	// ruleid: go-database-password-in-code
	postgres.Open("host=db.example user=shop password=k3mVq81x dbname=shop")
	// ok: go-database-password-in-code
	sql.Open("postgres", os.Getenv("DATABASE_URL"))
	// ok: go-database-password-in-code
	sql.Open("postgres", fmt.Sprintf("postgres://shop:%s@db.example/shop", password))
	// ok: go-database-password-in-code
	sql.Open("postgres", "postgres://shop@db.example/shop")
	// ok: go-database-password-in-code
	sql.Open("sqlite3", "file:shop.db?cache=shared")
	// ok: go-database-password-in-code
	sql.Open("postgres", "postgres://test:test@localhost/shop")
}
