package pages

import (
	"net/http"
	"os"
	"strings"
	"text/template"
)

var page = template.Must(template.ParseFiles("page.html"))

func show(w http.ResponseWriter, r *http.Request) {
	// ruleid: go-text-template-for-html
	page.Execute(w, r.FormValue("name"))
	// ruleid: go-text-template-for-html
	page.ExecuteTemplate(w, "first", map[string]string{"name": "anna"})
	// ok: go-text-template-for-html
	page.Execute(w, nil)
	// ok: go-text-template-for-html
	page.Execute(os.Stdout, r.FormValue("name"))
	var text strings.Builder
	// ok: go-text-template-for-html
	page.Execute(&text, r.FormValue("name"))
}

func script(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	// ok: go-text-template-for-html
	page.Execute(w, r.FormValue("name"))
}
