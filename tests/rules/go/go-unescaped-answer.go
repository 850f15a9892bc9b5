package pages

import (
	"fmt"
	"html"
	"io"
	"net/http"
)

func hello(w http.ResponseWriter, r *http.Request) {
	// ruleid: go-unescaped-answer
	fmt.Fprintf(w, "Hello, %s!", r.FormValue("name"))
	// ruleid: go-unescaped-answer
	fmt.Fprint(w, "Hello ", r.URL.Query().Get("name"))
	// ruleid: go-unescaped-answer
	io.WriteString(w, "Hello "+r.URL.Path)
	// ruleid: go-unescaped-answer
	w.Write([]byte("Hello " + r.FormValue("name")))
	// ok: go-unescaped-answer
	fmt.Fprintf(w, "Hello, %s!", html.EscapeString(r.FormValue("name")))
	// ok: go-unescaped-answer
	fmt.Fprintf(w, "Hello, %q!", "anna")
	// ok: go-unescaped-answer
	fmt.Fprintf(w, "Hello, %d!", len(r.FormValue("name")))
	// ok: go-unescaped-answer
	fmt.Printf("Hello, %s!", r.FormValue("name"))
}

func plain(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	// ok: go-unescaped-answer
	fmt.Fprintf(w, "Hello, %s!", r.FormValue("name"))
}

func data(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	// ok: go-unescaped-answer
	fmt.Fprintf(w, `{"name": %q}`, r.FormValue("name"))
}
