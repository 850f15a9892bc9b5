package pages

import (
	"fmt"
	"html/template"
	"net/http"

	"github.com/labstack/echo/v4"
)

var layouts = map[string]string{"plain": "<p>{{.}}</p>"}

func greet(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	// ruleid: go-template-injection
	template.New("page").Parse("<p>" + name + "</p>")
	// ruleid: go-template-injection
	template.Must(template.New("page").Parse(fmt.Sprintf("<p>%s</p>", name))).Execute(w, nil)
	// ruleid: go-template-injection
	template.New("page").Funcs(nil).Parse(name)
	page := template.New("page")
	// ruleid: go-template-injection
	page.Parse(name)
	// ok: go-template-injection
	page.Parse("<p>{{.}}</p>")
	// ok: go-template-injection
	template.New("page").Parse(layouts[name])
	// ok: go-template-injection
	template.Must(template.New("page").Parse("<p>{{.}}</p>")).Execute(w, name)
	// ok: go-template-injection
	template.New(name).Parse("<p>{{.}}</p>")
}

func render(c echo.Context) error {
	// ruleid: go-template-injection
	_, err := template.New("page").Parse(c.FormValue("text"))
	// ok: go-template-injection
	other, _ := template.New("page").Parse("{{.}}")
	other.Execute(c.Response(), c.FormValue("text"))
	return err
}
