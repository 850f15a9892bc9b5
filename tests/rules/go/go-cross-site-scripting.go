package pages

import (
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"io"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
	"github.com/microcosm-cc/bluemonday"
)

var titles = map[string]string{"a": "First"}

func hello(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	// ruleid: go-cross-site-scripting
	fmt.Fprintf(w, "<h1>Hello %s</h1>", name)
	// ruleid: go-cross-site-scripting
	fmt.Fprint(w, "<h1>Hello "+name+"</h1>")
	// ruleid: go-cross-site-scripting
	fmt.Fprintln(w, "<h1>Hello", name)
	// ruleid: go-cross-site-scripting
	io.WriteString(w, "<p>"+r.URL.Query().Get("name")+"</p>")
	// ruleid: go-cross-site-scripting
	w.Write([]byte("<p>" + name))
	// ruleid: go-cross-site-scripting
	w.Write([]byte(fmt.Sprintf("<p>%s</p>", name)))
	// ruleid: go-cross-site-scripting
	w.Write([]byte(r.URL.Query().Get("name")))
	// ruleid: go-cross-site-scripting
	fmt.Fprint(w, name)
	page := "<h1>" + name + "</h1>"
	// ruleid: go-cross-site-scripting
	w.Write([]byte(page))
	// ok: go-cross-site-scripting
	fmt.Fprintf(w, "<h1>Hello %s</h1>", html.EscapeString(name))
	// ok: go-cross-site-scripting
	fmt.Fprintf(w, "<h1>Hello %s</h1>", template.HTMLEscapeString(name))
	// ok: go-cross-site-scripting
	fmt.Fprintf(w, "<h1>%s</h1>", titles[name])
	number, _ := strconv.Atoi(name)
	// ok: go-cross-site-scripting
	fmt.Fprintf(w, "<h1>%d</h1>", number)
	// ok: go-cross-site-scripting
	fmt.Fprintf(w, "<h1>%d characters</h1>", len(name))
	clean := bluemonday.UGCPolicy().Sanitize(name)
	// ok: go-cross-site-scripting
	fmt.Fprintf(w, "<h1>%s</h1>", clean)
	// ok: go-cross-site-scripting
	fmt.Fprintf(io.Discard, "<h1>%s</h1>", name)
	// ok: go-cross-site-scripting
	http.Error(w, name, http.StatusBadRequest)
}

func typed(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	body := "Hello " + r.FormValue("name")
	// ruleid: go-cross-site-scripting
	io.WriteString(w, body)
	// ok: go-cross-site-scripting
	w.Write([]byte("<p>fixed</p>"))
}

func other(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	// ok: go-cross-site-scripting
	fmt.Fprint(w, r.FormValue("name"))
	data, _ := json.Marshal(map[string]string{"name": r.FormValue("name")})
	// ok: go-cross-site-scripting
	w.Write(data)
}

func trusted(w http.ResponseWriter, r *http.Request, page *template.Template) {
	// ruleid: go-cross-site-scripting
	page.Execute(w, template.HTML(r.FormValue("text")))
	// ruleid: go-cross-site-scripting
	page.Execute(w, template.JS("show('"+r.FormValue("text")+"')"))
	// ok: go-cross-site-scripting
	page.Execute(w, r.FormValue("text"))
	// ok: go-cross-site-scripting
	page.Execute(w, template.HTML("<b>new</b>"))
}

func engine(c *gin.Context) {
	// ruleid: go-cross-site-scripting
	c.Data(http.StatusOK, "text/html; charset=utf-8", []byte("Hello "+c.Query("name")))
	// ok: go-cross-site-scripting
	c.Data(http.StatusOK, "text/plain", []byte("Hello "+c.Query("name")))
	// ok: go-cross-site-scripting
	c.JSON(http.StatusOK, gin.H{"name": c.Query("name")})
	// ok: go-cross-site-scripting
	c.HTML(http.StatusOK, "page.html", gin.H{"name": c.Query("name")})
	// ok: go-cross-site-scripting
	c.String(http.StatusOK, "Hello %s", c.Query("name"))
}

func echoed(c echo.Context) error {
	if c.QueryParam("plain") == "yes" {
		// ok: go-cross-site-scripting
		return c.String(http.StatusOK, "Hello "+c.QueryParam("name"))
	}
	// ruleid: go-cross-site-scripting
	return c.HTML(http.StatusOK, "<h1>"+c.QueryParam("name")+"</h1>")
}

func fibres(c *fiber.Ctx) error {
	if c.Query("json") == "yes" {
		// ok: go-cross-site-scripting
		return c.JSON(fiber.Map{"name": c.Query("name")})
	}
	c.Set("Content-Type", "text/html")
	// ruleid: go-cross-site-scripting
	return c.SendString("<h1>" + c.Query("name"))
}

func stringed(c *gin.Context) {
	c.Header("Content-Type", "text/html")
	// ruleid: go-cross-site-scripting
	c.String(200, "<p>%s</p>", c.Query("name"))
}

func texted(c *gin.Context) {
	// ok: go-cross-site-scripting
	c.String(200, "<p>%s</p>", c.Query("name"))
}
