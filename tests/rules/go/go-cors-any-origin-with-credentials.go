package origins

import (
	"net/http"
	"strings"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4/middleware"
)

var known = map[string]bool{"https://shop.example": true}

func open(w http.ResponseWriter, r *http.Request) {
	// ruleid: go-cors-any-origin-with-credentials
	w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	w.Header().Set("Access-Control-Allow-Credentials", "true")
}

func variable(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	w.Header().Set("Access-Control-Allow-Credentials", "true")
	// ruleid: go-cors-any-origin-with-credentials
	w.Header().Set("Access-Control-Allow-Origin", origin)
}

func checked(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	if known[origin] {
		// ok: go-cors-any-origin-with-credentials
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Allow-Credentials", "true")
	}
}

func public(w http.ResponseWriter, r *http.Request) {
	// ok: go-cors-any-origin-with-credentials
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Vary", r.Header.Get("Origin"))
}

func named(w http.ResponseWriter, r *http.Request) {
	// ok: go-cors-any-origin-with-credentials
	w.Header().Set("Access-Control-Allow-Origin", "https://shop.example")
	w.Header().Set("Access-Control-Allow-Credentials", "true")
}

func engine(c *gin.Context) {
	// ruleid: go-cors-any-origin-with-credentials
	c.Header("Access-Control-Allow-Origin", c.GetHeader("Origin"))
	c.Header("Access-Control-Allow-Credentials", "true")
}

func settings() {
	// ruleid: go-cors-any-origin-with-credentials
	cors.New(cors.Config{AllowAllOrigins: true, AllowCredentials: true})
	// ruleid: go-cors-any-origin-with-credentials
	cors.New(cors.Config{AllowCredentials: true, AllowOriginFunc: func(origin string) bool { return true }})
	// ok: go-cors-any-origin-with-credentials
	cors.New(cors.Config{AllowOrigins: []string{"https://shop.example"}, AllowCredentials: true})
	// ok: go-cors-any-origin-with-credentials
	cors.New(cors.Config{AllowAllOrigins: true})
	// ruleid: go-cors-any-origin-with-credentials
	middleware.CORSWithConfig(middleware.CORSConfig{AllowOrigins: []string{"*"}, AllowCredentials: true})
	// ok: go-cors-any-origin-with-credentials
	middleware.CORSWithConfig(middleware.CORSConfig{AllowOrigins: []string{"*"}})
	// ok: go-cors-any-origin-with-credentials
	cors.New(cors.Config{AllowCredentials: true, AllowOriginFunc: func(origin string) bool { return known[origin] }})
}

func closure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != "" {
			h := w.Header()
			// ruleid: go-cors-any-origin-with-credentials
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Allow-Credentials", "true")
		}
		next.ServeHTTP(w, r)
	})
}

func ending(w http.ResponseWriter, origin string) {
	if strings.HasSuffix(origin, "shop.example") {
		// ruleid: go-cors-any-origin-with-credentials
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Allow-Credentials", "true")
	}
}

func dotted(w http.ResponseWriter, origin string) {
	if strings.HasSuffix(origin, ".shop.example") {
		// ok: go-cors-any-origin-with-credentials
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Allow-Credentials", "true")
	}
}

func functions() {
	// ruleid: go-cors-any-origin-with-credentials
	cors.New(cors.Config{AllowCredentials: true, AllowOriginFunc: func(origin string) bool {
		println(origin)
		return true
	}})
	// ok: go-cors-any-origin-with-credentials
	cors.New(cors.Config{AllowCredentials: true, AllowOriginFunc: func(origin string) bool {
		return strings.HasSuffix(origin, ".shop.example")
	}})
	// ok: go-cors-any-origin-with-credentials
	first := cors.Config{AllowOrigins: []string{"https://*.shop.example"}, AllowCredentials: true}
	settings := cors.DefaultConfig()
	// ruleid: go-cors-any-origin-with-credentials
	settings.AllowAllOrigins = true
	settings.AllowCredentials = true
	// ok: go-cors-any-origin-with-credentials
	first.AllowAllOrigins = false
}
