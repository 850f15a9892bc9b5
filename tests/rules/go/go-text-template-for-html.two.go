package pages

import (
	"html/template"
	"net/http"
)

var other = template.Must(template.ParseFiles("page.html"))

func view(w http.ResponseWriter, r *http.Request) {
	// ok: go-text-template-for-html
	other.Execute(w, r.FormValue("name"))
}
