package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
)

const site = "https://shop.example"

var places = map[string]string{"cart": "/cart"}

func back(w http.ResponseWriter, r *http.Request) {
	next := r.FormValue("next")
	// ruleid: go-open-redirect
	http.Redirect(w, r, next, http.StatusFound)
	// ruleid: go-open-redirect
	http.Redirect(w, r, r.URL.Query().Get("next"), http.StatusSeeOther)
	// ruleid: go-open-redirect
	http.Redirect(w, r, "https://"+next, http.StatusFound)
	// ruleid: go-open-redirect
	http.Redirect(w, r, fmt.Sprintf("//%s", next), http.StatusFound)
	// ruleid: go-open-redirect
	w.Header().Set("Location", next)
	// ok: go-open-redirect
	http.Redirect(w, r, "/login", http.StatusFound)
	// ok: go-open-redirect
	http.Redirect(w, r, "/search?q="+url.QueryEscape(next), http.StatusFound)
	// ok: go-open-redirect
	http.Redirect(w, r, "/users/"+next, http.StatusFound)
	// ok: go-open-redirect
	http.Redirect(w, r, "https://shop.example/"+next, http.StatusFound)
	// ok: go-open-redirect
	http.Redirect(w, r, fmt.Sprintf("/users/%s", next), http.StatusFound)
	// ok: go-open-redirect
	http.Redirect(w, r, places[next], http.StatusFound)
	// ok: go-open-redirect
	http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusMovedPermanently)
	// ok: go-open-redirect
	http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
	// ok: go-open-redirect
	http.Redirect(w, r, r.Referer(), http.StatusFound)
}

func parsed(w http.ResponseWriter, r *http.Request) {
	next := r.FormValue("next")
	address, err := url.Parse(next)
	if err != nil || address.Host != "" {
		next = "/"
	}
	// ok: go-open-redirect
	http.Redirect(w, r, next, http.StatusFound)
	// ok: go-open-redirect
	http.Redirect(w, r, address.String(), http.StatusFound)
}

func slashed(w http.ResponseWriter, r *http.Request) {
	next := r.FormValue("next")
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") {
		next = "/"
	}
	// ok: go-open-redirect
	http.Redirect(w, r, next, http.StatusFound)
}

func helped(w http.ResponseWriter, r *http.Request) {
	next := r.FormValue("next")
	if !isTrustedAddress(next) {
		return
	}
	// ok: go-open-redirect
	http.Redirect(w, r, next, http.StatusFound)
}

func isTrustedAddress(text string) bool { return text == "/" }

func engine(c *gin.Context) {
	// ruleid: go-open-redirect
	c.Redirect(http.StatusFound, c.Query("next"))
	// ok: go-open-redirect
	c.Redirect(http.StatusFound, "/"+"cart")
}

func echoed(c echo.Context) error {
	if c.QueryParam("home") == "yes" {
		// ok: go-open-redirect
		return c.Redirect(http.StatusFound, "/")
	}
	// ruleid: go-open-redirect
	return c.Redirect(http.StatusFound, c.QueryParam("next"))
}

func fibres(c *fiber.Ctx) error {
	if c.Query("home") == "yes" {
		// ok: go-open-redirect
		return c.Redirect("/")
	}
	// ruleid: go-open-redirect
	return c.Redirect(c.Query("next"))
}

func leave(w http.ResponseWriter, r *http.Request, to string) {
	// ruleid: go-open-redirect
	http.Redirect(w, r, to, http.StatusFound)
}

func leaving(w http.ResponseWriter, r *http.Request) {
	leave(w, r, r.FormValue("next"))
	// ok: go-open-redirect
	http.Redirect(w, r, local(r.FormValue("next")), http.StatusFound)
}

func local(to string) string {
	if strings.HasPrefix(to, "//") {
		return "/"
	}
	return "/" + strings.TrimLeft(to, "/")
}

func loosely(w http.ResponseWriter, r *http.Request) {
	address, err := url.Parse(r.FormValue("next"))
	if err != nil || !strings.HasSuffix(address.Host, "shop.example") {
		return
	}
	// ruleid: go-open-redirect
	http.Redirect(w, r, address.String(), http.StatusFound)
}
