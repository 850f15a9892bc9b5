package main

import (
	"bytes"
	"net/http"
	"text/template"
)

var mail = template.Must(template.New("mail").Parse("Hello {{.Name}}"))

func send(w http.ResponseWriter, r *http.Request) {
	var text bytes.Buffer
	// ok: go-text-template-for-html
	_ = mail.Execute(&text, map[string]string{"Name": r.FormValue("name")})
	deliver(text.String())
}
