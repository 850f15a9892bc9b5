package main

import (
	"database/sql"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
)

const touch = "UPDATE devices SET seen = now() WHERE serial = '%s'"

type wanted struct {
	table string
	rows  int
}

func serial(r *http.Request) (string, error) {
	cookie, err := r.Cookie("device")
	if err != nil {
		return "", err
	}
	raw, err := base64.URLEncoding.DecodeString(cookie.Value)
	return string(raw), err
}

func asked(r *http.Request) wanted {
	w := wanted{table: "items", rows: 10}
	if table := r.Header.Get("X-Table"); table != "" {
		w.table = table
	}
	return w
}

func number(r *http.Request) (string, error) {
	n, err := strconv.Atoi(r.URL.Query().Get("n"))
	return strconv.Itoa(n), err
}

func kind(r *http.Request) string {
	found := "all"
	if asked := r.URL.Query().Get("kind"); allowed(asked) {
		found = asked
	}
	return found
}

func touchDevice(db *sql.DB) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		device, err := serial(r)
		if err != nil {
			return
		}
		// ruleid: go-sql-injection
		db.Exec(fmt.Sprintf(touch, device))
	}
}

func list(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	a := asked(r)
	// ruleid: go-sql-injection
	db.Query("SELECT * FROM " + a.table)
}

func one(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	n, err := number(r)
	if err != nil {
		return
	}
	// ok: go-sql-injection
	db.Query("SELECT * FROM items WHERE n = " + n)
}

func some(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	// ok: go-sql-injection
	db.Query("SELECT * FROM items WHERE kind = '" + kind(r) + "'")
}
