package sessions

import (
	"net/http"
	"slices"

	ginsessions "github.com/gin-contrib/sessions"
	"github.com/gin-gonic/gin"
	"github.com/gorilla/sessions"
)

var themes = []string{"dark", "light"}

func choose(session *sessions.Session, r *http.Request) {
	// ruleid: go-trust-boundary-violation
	session.Values["role"] = r.FormValue("role")
	name := r.FormValue("name")
	// ruleid: go-trust-boundary-violation
	session.Values["name"] = name
	// ok: go-trust-boundary-violation
	session.Values["count"] = len(name)
	// ok: go-trust-boundary-violation
	session.Values["role"] = "guest"
	theme := r.FormValue("theme")
	if slices.Contains(themes, theme) {
		// ok: go-trust-boundary-violation
		session.Values["theme"] = theme
	}
	account := findAccount(name)
	// ok: go-trust-boundary-violation
	session.Values["account"] = account
}

func findAccount(name string) int { return 1 }

func engine(c *gin.Context) {
	session := ginsessions.Default(c)
	// ruleid: go-trust-boundary-violation
	session.Set("role", c.Query("role"))
	// ok: go-trust-boundary-violation
	session.Set("role", "guest")
}
