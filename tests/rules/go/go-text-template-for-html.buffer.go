package main

import (
	"bytes"
	"net/http"
	"text/template"
)

var missing = template.Must(template.New("missing").Parse("<p>{{.Path}} is not here</p>"))
var line = template.Must(template.New("line").Parse("{{.}}"))

func notFound(w http.ResponseWriter, r *http.Request) {
	var page bytes.Buffer
	// ruleid: go-text-template-for-html
	if err := missing.Execute(&page, map[string]string{"Path": r.URL.Path}); err != nil {
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(page.Bytes())
}

func nothing(w http.ResponseWriter) {
	var page bytes.Buffer
	// ok: go-text-template-for-html
	_ = line.Execute(&page, nil)
}
