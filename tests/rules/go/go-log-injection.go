package audit

import (
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/sirupsen/logrus"
)

type server struct{ logger *log.Logger }

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	user := r.FormValue("user")
	// ruleid: go-log-injection
	log.Printf("login failed for %s", user)
	// ruleid: go-log-injection
	log.Println("login failed for " + user)
	// ruleid: go-log-injection
	s.logger.Printf("login failed for %v", user)
	// ruleid: go-log-injection
	logrus.Infof("login failed for %s", r.URL.Query().Get("user"))
	// ruleid: go-log-injection
	log.Print(fmt.Sprintf("login failed for %s", user))
	// ok: go-log-injection
	log.Printf("login failed for %q", user)
	// ok: go-log-injection
	log.Println("login failed for", strconv.Quote(user))
	// ok: go-log-injection
	log.Println("login failed for " + strings.ReplaceAll(user, "\n", " "))
	// ok: go-log-injection
	slog.Info("login failed", "user", user)
	// ok: go-log-injection
	log.Printf("login failed after %d attempts", len(user))
	// ok: go-log-injection
	log.Printf("%s %s", r.Method, r.URL)
	id, err := strconv.Atoi(user)
	// ok: go-log-injection
	log.Println("account", id, err)
	_, err = http.NewRequest("GET", user, nil)
	// ok: go-log-injection
	log.Printf("request: %v", err)
}

func engine(c *gin.Context) {
	// ruleid: go-log-injection
	log.Printf("search for %s", c.Query("q"))
	// ok: go-log-injection
	log.Printf("search for %q", c.Query("q"))
}
