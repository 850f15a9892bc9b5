package cookies

import (
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/csrf"
	"github.com/gorilla/sessions"
)

func login(w http.ResponseWriter, token string) {
	// ruleid: go-insecure-cookie
	http.SetCookie(w, &http.Cookie{Name: "session", Value: token})
	// ruleid: go-insecure-cookie
	http.SetCookie(w, &http.Cookie{Name: "auth_token", Value: token, HttpOnly: true})
	// ruleid: go-insecure-cookie
	http.SetCookie(w, &http.Cookie{Name: "cart", Value: token, Secure: false, HttpOnly: true})
	// ok: go-insecure-cookie
	http.SetCookie(w, &http.Cookie{Name: "session", Value: token, Secure: true, HttpOnly: true})
	// ok: go-insecure-cookie
	http.SetCookie(w, &http.Cookie{Name: "session", Value: token, HttpOnly: true, Secure: true})
	// ok: go-insecure-cookie
	http.SetCookie(w, &http.Cookie{Name: "theme", Value: "dark"})
	// ok: go-insecure-cookie
	http.SetCookie(w, &http.Cookie{Name: "session", Value: "", MaxAge: -1})
	// ok: go-insecure-cookie
	cookie := &http.Cookie{Name: "session", Value: token}
	cookie.Secure = true
	cookie.HttpOnly = true
	http.SetCookie(w, cookie)
	request, _ := http.NewRequest("GET", "https://shop.example/", nil)
	// ok: go-insecure-cookie
	request.AddCookie(&http.Cookie{Name: "session", Value: token})
}

func engine(c *gin.Context, token string) {
	// ruleid: go-insecure-cookie
	c.SetCookie("session", token, 3600, "/", "", false, true)
	// ruleid: go-insecure-cookie
	c.SetCookie("session", token, 3600, "/", "", true, false)
	// ok: go-insecure-cookie
	c.SetCookie("session", token, 3600, "/", "", true, true)
}

func stores(store *sessions.CookieStore) {
	// ruleid: go-insecure-cookie
	store.Options = &sessions.Options{Path: "/", MaxAge: 3600}
	// ok: go-insecure-cookie
	store.Options = &sessions.Options{Path: "/", Secure: true, HttpOnly: true}
	// ruleid: go-insecure-cookie
	csrf.Protect([]byte(nil), csrf.Secure(false))
	// ok: go-insecure-cookie
	csrf.Protect([]byte(nil), csrf.Secure(true))
}

func byField(w http.ResponseWriter, token string) {
	first := new(http.Cookie)
	// ruleid: go-insecure-cookie
	first.Name = "remember"
	first.HttpOnly = true
	http.SetCookie(w, first)
}

func byFields(w http.ResponseWriter, token string) {
	second := new(http.Cookie)
	// ok: go-insecure-cookie
	second.Name = "remember"
	second.HttpOnly = true
	second.Secure = true
	http.SetCookie(w, second)
}

func byHand(w http.ResponseWriter, token string) {
	// ruleid: go-insecure-cookie
	w.Header().Set("Set-Cookie", "session="+token+"; Path=/; HttpOnly")
	// ok: go-insecure-cookie
	w.Header().Set("Set-Cookie", "session="+token+"; Path=/; HttpOnly; Secure")
	// ok: go-insecure-cookie
	w.Header().Set("Set-Cookie", "theme=dark; Path=/")
}

func managed() {
	// ruleid: go-insecure-cookie
	manager := scs.New()
	use(manager)
}

func secured() {
	// ok: go-insecure-cookie
	manager := scs.New()
	manager.Cookie.Secure = true
	use(manager)
}

func fibres(c *fiber.Ctx, token string) {
	// ruleid: go-insecure-cookie
	c.Cookie(&fiber.Cookie{Name: "session", Value: token, HTTPOnly: true})
	// ok: go-insecure-cookie
	c.Cookie(&fiber.Cookie{Name: "session", Value: token, HTTPOnly: true, Secure: true})
}
