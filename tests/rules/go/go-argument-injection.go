package tools

import (
	"net/http"
	"os/exec"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

func clone(w http.ResponseWriter, r *http.Request) {
	address := r.FormValue("address")
	// ruleid: go-argument-injection
	exec.Command("git", "clone", address, "/tmp/x").Run()
	// ruleid: go-argument-injection
	exec.Command("curl", "-s", r.URL.Query().Get("url")).Run()
	// ruleid: go-argument-injection
	exec.CommandContext(r.Context(), "/usr/bin/ssh", address).Run()
	// ok: go-argument-injection
	exec.Command("git", "clone", "--", address, "/tmp/x").Run()
	// ok: go-argument-injection
	exec.Command("echo", address).Run()
	// ok: go-argument-injection
	exec.Command("git", "clone", "https://git.example/"+address).Run()
	count, _ := strconv.Atoi(address)
	// ok: go-argument-injection
	exec.Command("git", "log", "-n", strconv.Itoa(count)).Run()
	if strings.HasPrefix(address, "-") {
		return
	}
	// ok: go-argument-injection
	exec.Command("git", "clone", address).Run()
}

func archive(c *gin.Context) {
	// ruleid: go-argument-injection
	exec.Command("tar", "czf", "all.tgz", c.Query("folder")).Run()
	// ok: go-argument-injection
	exec.Command("tar", "czf", "all.tgz", "./"+c.Query("folder")).Run()
}
