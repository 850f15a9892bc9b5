package accounts

import (
	"net/http"
	"net/smtp"
	"os"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"
)

// ruleid: go-password-in-code
const adminPassword = "Tall-Ship-77"

// ok: go-password-in-code
const passwordField = "password1"

// ok: go-password-in-code
var hashOfPassword = "9f86d081"

func accounts(engine *gin.Engine, settings map[string]string) {
	// ruleid: go-password-in-code
	engine.Use(gin.BasicAuth(gin.Accounts{"keeper": "Tall-Ship-77"}))
	password := os.Getenv("KEEPER")
	// ok: go-password-in-code
	engine.Use(gin.BasicAuth(gin.Accounts{"keeper": password}))
	// ok: go-password-in-code
	engine.Use(gin.BasicAuth(gin.Accounts{"keeper": settings["keeper"]}))
}

func connect(password string) {
	// ruleid: go-password-in-code
	smtp.PlainAuth("", "bot@shop.example", "Tall-Ship-77", "mail.shop.example")
	// ok: go-password-in-code
	smtp.PlainAuth("", "bot@shop.example", password, "mail.shop.example")
	// ruleid: go-password-in-code
	redis.NewClient(&redis.Options{Addr: "cache:6379", Password: "Tall-Ship-77"})
	// ok: go-password-in-code
	redis.NewClient(&redis.Options{Addr: "cache:6379", Password: password})
	// ok: go-password-in-code
	redis.NewClient(&redis.Options{Addr: "cache:6379", Password: ""})
}

func compared(r *http.Request) bool {
	_, given, _ := r.BasicAuth()
	// ruleid: go-password-in-code
	if given == "Tall-Ship-77" {
		return true
	}
	// ok: go-password-in-code
	if given == os.Getenv("KEEPER") {
		return true
	}
	// ok: go-password-in-code
	return r.FormValue("kind") == "Tall-Ship-77"
}

func setting(name, otherwise string) string {
	if text := os.Getenv(name); text != "" {
		return text
	}
	return otherwise
}

func settings() {
	// ruleid: go-password-in-code
	setting("JWT_SECRET", "not-so-secret")
	// ok: go-password-in-code
	setting("JWT_ISSUER", "shop.example")
	// ok: go-password-in-code
	setting("JWT_SECRET", "")
	secret := os.Getenv("JWT_SECRET")
	// ruleid: go-password-in-code
	if secret == "" {
		secret = "not-so-secret"
	}
	// ok: go-password-in-code
	if secret == "" {
		panic("JWT_SECRET is missing")
	}
}
