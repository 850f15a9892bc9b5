package shell

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	run "os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"al.essio.dev/pkg/shellescape"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/mux"
	"github.com/labstack/echo/v4"
	"golang.org/x/crypto/ssh"
)

var (
	hostName = regexp.MustCompile(`^[a-z0-9.-]+$`)
	tools    = map[string]string{"list": "ls", "space": "df"}
	names    = []string{"ls", "df"}
)

type job struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

func host(r *http.Request) string {
	return r.URL.Query().Get("host")
}

func plain(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	// ruleid: go-command-injection
	run.Command("sh", "-c", "ping "+name).Run()
	// ruleid: go-command-injection
	run.Command("/bin/bash", "-c", fmt.Sprintf("ping -c 1 %s", name)).Run()
	// ruleid: go-command-injection
	run.CommandContext(r.Context(), "bash", "-lc", r.FormValue("line")).Run()
	// ruleid: go-command-injection
	run.Command(r.PostFormValue("program")).Run()
	// ruleid: go-command-injection
	run.Command("cmd.exe", "/C", "dir "+r.Header.Get("X-Folder")).Run()
	// ruleid: go-command-injection
	run.Command("sh", "-c", "ping "+host(r)).Run()
	cookie, err := r.Cookie("tool")
	if err == nil {
		// ruleid: go-command-injection
		run.Command(cookie.Value, "-l").Run()
	}
	// ok: go-command-injection
	run.Command("ping", "-c", "1", name).Run()
	// ok: go-command-injection
	run.Command("sh", "-c", "ping -c 1 localhost").Run()
	// ok: go-command-injection
	run.Command("sh", "-c", "ping "+shellescape.Quote(name)).Run()
	// ok: go-command-injection
	run.Command(tools[name]).Run()
	count, _ := strconv.Atoi(name)
	// ok: go-command-injection
	run.Command("sh", "-c", fmt.Sprintf("seq %d", count)).Run()
	// ok: go-command-injection
	run.Command("sh", "-c", "ping "+net.ParseIP(name).String()).Run()
}

func built(w http.ResponseWriter, r *http.Request) {
	var line strings.Builder
	line.WriteString("convert ")
	line.WriteString(r.FormValue("file"))
	// ruleid: go-command-injection
	run.Command("sh", "-c", line.String()).Run()
	var buffer bytes.Buffer
	fmt.Fprintf(&buffer, "convert %s", r.FormValue("file"))
	// ruleid: go-command-injection
	run.Command("sh", "-c", buffer.String()).Run()
	parts := map[string]string{}
	parts["file"] = r.FormValue("file")
	parts["kind"] = "png"
	// ruleid: go-command-injection
	run.Command("sh", "-c", parts["file"]).Run()
	// ok: go-command-injection
	run.Command("sh", "-c", parts["kind"]).Run()
	text := r.FormValue("file")
	// ruleid: go-command-injection
	run.Command("sh", "-c", text[1:]).Run()
	text = "convert all"
	// ok: go-command-injection
	run.Command("sh", "-c", text).Run()
	arguments := []string{"-c", r.FormValue("line")}
	// ruleid: go-command-injection
	run.Command("sh", arguments...).Run()
	// ok: go-command-injection
	run.Command("convert", arguments...).Run()
}

func decoded(w http.ResponseWriter, r *http.Request) {
	var work job
	if err := json.NewDecoder(r.Body).Decode(&work); err != nil {
		return
	}
	// ruleid: go-command-injection
	run.Command("sh", "-c", "work "+work.Name).Run()
	// ok: go-command-injection
	run.Command("work", "--count", work.Name).Run()
}

func checked(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	if !hostName.MatchString(name) {
		return
	}
	// ok: go-command-injection
	run.Command("sh", "-c", "ping "+name).Run()
	tool := r.FormValue("tool")
	if !slices.Contains(names, tool) {
		return
	}
	// ok: go-command-injection
	run.Command(tool).Run()
	kind := r.FormValue("kind")
	switch kind {
	case "ls", "df":
	default:
		return
	}
	// ok: go-command-injection
	run.Command(kind).Run()
	other := r.FormValue("other")
	if other != "ls" {
		return
	}
	// ok: go-command-injection
	run.Command(other).Run()
	program, ok := tools[r.FormValue("program")]
	if !ok {
		return
	}
	// ok: go-command-injection
	run.Command(program).Run()
	if len(name) > 3 {
		// ok: go-command-injection
		run.Command("sh", "-c", strconv.Itoa(len(name))).Run()
	}
	steps := []string{"ls", r.FormValue("step")}
	// ok: go-command-injection
	run.Command(steps[0]).Run()
	table := map[string]string{"safe": "ls", "step": r.FormValue("step")}
	// ok: go-command-injection
	run.Command(table["safe"]).Run()
	// ok: go-command-injection
	run.Command("sh", "-c", "ls", r.FormValue("zero")).Run()
}

func engines(c *gin.Context) {
	// ruleid: go-command-injection
	run.Command("sh", "-c", c.Query("line")).Run()
	// ruleid: go-command-injection
	run.Command("sh", "-c", "ls "+c.Param("folder")).Run()
	var work job
	if err := c.ShouldBindJSON(&work); err != nil {
		return
	}
	// ruleid: go-command-injection
	run.Command("sh", "-c", work.Name).Run()
	// ok: go-command-injection
	run.Command("ls", "--", c.Query("line")).Run()
}

func echoed(c echo.Context) error {
	// ruleid: go-command-injection
	return run.Command("sh", "-c", c.QueryParam("line")).Run()
}

func fibres(c *fiber.Ctx) error {
	// ruleid: go-command-injection
	return run.Command("sh", "-c", c.Params("line")).Run()
}

func routed(w http.ResponseWriter, r *http.Request) {
	vars := mux.Vars(r)
	// ruleid: go-command-injection
	run.Command("sh", "-c", "ls "+vars["folder"]).Run()
	// ruleid: go-command-injection
	run.Command("sh", "-c", "ls "+chi.URLParam(r, "folder")).Run()
	// ruleid: go-command-injection
	run.Command("python3", "-c", r.PathValue("code")).Run()
	// ok: go-command-injection
	run.Command("ls", vars["folder"]).Run()
}

func register() {
	http.HandleFunc("/run", func(w http.ResponseWriter, r *http.Request) {
		// ruleid: go-command-injection
		run.Command("sh", "-c", r.FormValue("line")).Run()
	})
}

func remote(client *ssh.Client, r *http.Request) {
	session, _ := client.NewSession()
	// ruleid: go-command-injection
	session.Run("ls " + r.FormValue("folder"))
	// ok: go-command-injection
	session.Run("ls " + shellescape.Quote(r.FormValue("folder")))
}

func internal(ctx context.Context, line string) {
	// ok: go-command-injection
	run.CommandContext(ctx, "sh", "-c", line).Run()
}

func (j *job) run(name string) error {
	// ruleid: go-command-injection
	return exec.Command("sh", "-c", "tar tf "+name).Run()
}

func (j *job) show(w http.ResponseWriter, r *http.Request) {
	if err := j.run(r.FormValue("name")); err != nil {
		return
	}
	shell := exec.Command("/bin/sh")
	// ruleid: go-command-injection
	shell.Stdin = strings.NewReader("ls " + r.FormValue("name"))
	sorter := exec.Command("sort")
	// ok: go-command-injection
	sorter.Stdin = strings.NewReader(r.FormValue("name"))
	_ = shell.Run()
}

var plain = regexp.MustCompile(`^[a-z]+$`)

func harmless(name string) bool { return plain.MatchString(name) }

func (j *job) look(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	if !harmless(name) {
		return
	}
	// ok: go-command-injection
	_ = exec.Command("sh", "-c", "tar tf "+name).Run()
}
