package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"github.com/gorilla/mux"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	"github.com/lib/pq"
)

type shop struct {
	db   *sql.DB
	pool *pgxpool.Pool
	dbx  *sqlx.DB
}

type filter struct {
	Name  string
	Order string
}

var columns = map[string]string{"name": "name", "price": "price_cents"}

func (s *shop) find(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	// ruleid: go-sql-injection
	s.db.Query("SELECT * FROM account WHERE name = '" + name + "'")
	// ruleid: go-sql-injection
	s.db.QueryRow(fmt.Sprintf("SELECT * FROM account WHERE name = '%s'", name))
	// ruleid: go-sql-injection
	s.db.ExecContext(r.Context(), "DELETE FROM account WHERE name = '"+name+"'")
	query := "SELECT * FROM account"
	query += " WHERE name = '" + name + "'"
	// ruleid: go-sql-injection
	s.db.QueryContext(r.Context(), query)
	// ruleid: go-sql-injection
	s.pool.Query(r.Context(), "SELECT * FROM account ORDER BY "+r.URL.Query().Get("order"))
	// ruleid: go-sql-injection
	s.dbx.Queryx("SELECT * FROM account WHERE name = '" + r.URL.Query().Get("name") + "'")
	// ok: go-sql-injection
	s.db.Query("SELECT * FROM account WHERE name = $1", name)
	// ok: go-sql-injection
	s.db.QueryContext(r.Context(), "SELECT * FROM account WHERE name = ?", name)
	// ok: go-sql-injection
	s.pool.Query(r.Context(), "SELECT * FROM account WHERE name = $1", name)
	// ok: go-sql-injection
	s.db.Query("SELECT * FROM account ORDER BY " + columns[name])
	// ok: go-sql-injection
	s.db.Query("SELECT * FROM " + pq.QuoteIdentifier(name))
	id, err := strconv.ParseInt(r.FormValue("id"), 10, 64)
	if err != nil {
		return
	}
	// ok: go-sql-injection
	s.db.Query(fmt.Sprintf("SELECT * FROM account WHERE id = %d", id))
	key, _ := uuid.Parse(r.FormValue("key"))
	// ok: go-sql-injection
	s.db.Query("SELECT * FROM account WHERE key = '" + key.String() + "'")
	order := "ASC"
	if r.FormValue("order") == "down" {
		order = "DESC"
	}
	// ok: go-sql-injection
	s.db.Query("SELECT * FROM account ORDER BY name " + order)
}

func (s *shop) ordered(w http.ResponseWriter, r *http.Request) {
	var in filter
	json.NewDecoder(r.Body).Decode(&in)
	conditions := []string{}
	conditions = append(conditions, "name = '"+in.Name+"'")
	// ruleid: go-sql-injection
	s.db.Query("SELECT * FROM account WHERE " + strings.Join(conditions, " AND "))
	column, ok := columns[in.Order]
	if !ok {
		return
	}
	// ok: go-sql-injection
	s.db.Query("SELECT * FROM account ORDER BY " + column)
	if _, known := columns[in.Order]; !known {
		return
	}
	// ok: go-sql-injection
	s.db.Query("SELECT * FROM account WHERE name = ?", in.Name)
}

func engine(db *sqlx.DB) gin.HandlerFunc {
	return func(c *gin.Context) {
		var rows []filter
		// ruleid: go-sql-injection
		db.Select(&rows, "SELECT * FROM account WHERE name = '"+c.Query("name")+"'")
		// ok: go-sql-injection
		db.Select(&rows, "SELECT * FROM account WHERE name = ?", c.Query("name"))
		tx, _ := db.BeginTxx(c.Request.Context(), nil)
		// ruleid: go-sql-injection
		tx.MustExec("UPDATE account SET name = '" + c.PostForm("name") + "'")
		// ok: go-sql-injection
		tx.MustExec("UPDATE account SET name = ?", c.PostForm("name"))
	}
}

func echoed(c echo.Context, tx *sql.Tx) error {
	// ruleid: go-sql-injection
	_, err := tx.Exec("DELETE FROM account WHERE id = " + c.Param("id"))
	// ok: go-sql-injection
	_, err = tx.Exec("DELETE FROM account WHERE id = $1", c.Param("id"))
	return err
}

func routed(db *sql.DB, r *http.Request) {
	id := mux.Vars(r)["id"]
	// ruleid: go-sql-injection
	statement, _ := db.Prepare("SELECT * FROM account WHERE id = " + id)
	// ok: go-sql-injection
	statement.Query(id)
}

func internal(ctx context.Context, db *sql.DB, table string) {
	// ok: go-sql-injection
	db.QueryContext(ctx, "SELECT * FROM "+table)
}

type shelf struct{ d *sql.DB }

func (s *shelf) find(title string) {
	// ruleid: go-sql-injection
	s.d.Query("SELECT id FROM books WHERE title = '" + title + "'")
	// ok: go-sql-injection
	s.d.Query("SELECT id FROM books WHERE title = ?", title)
}

func (s *shelf) list(w http.ResponseWriter, r *http.Request) {
	s.find(r.FormValue("title"))
	// ok: go-sql-injection
	s.d.Query("SELECT id FROM books ORDER BY " + ordered(r.FormValue("by")))
}

func ordered(by string) string {
	switch by {
	case "title", "year":
		return by
	}
	return "id"
}
