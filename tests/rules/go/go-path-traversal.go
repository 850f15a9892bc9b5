package files

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	securejoin "github.com/cyphar/filepath-securejoin"
	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/mux"
	"github.com/labstack/echo/v4"
)

const root = "/srv/docs"

var pages = map[string]string{"terms": "terms.txt"}

type order struct{ File string }

func read(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	// ruleid: go-path-traversal
	os.ReadFile(name)
	// ruleid: go-path-traversal
	os.Open(filepath.Join(root, name))
	// ruleid: go-path-traversal
	os.Open(root + "/" + name)
	// ruleid: go-path-traversal
	os.Open(filepath.Join(root, filepath.Clean(name)))
	// ruleid: go-path-traversal
	os.Open(root + r.URL.Path)
	// ruleid: go-path-traversal
	os.Open(filepath.Join(root, strings.TrimPrefix(r.URL.Path, "/files/")))
	// ruleid: go-path-traversal
	os.Open(filepath.Join(root, r.URL.Path[len("/files/"):]))
	// ruleid: go-path-traversal
	os.Open(filepath.Join(root, mux.Vars(r)["name"]))
	// ok: go-path-traversal
	os.Open(filepath.Join(root, filepath.Base(name)))
	// ok: go-path-traversal
	os.Open(filepath.Join(root, filepath.Clean("/"+name)))
	// ok: go-path-traversal
	os.Open(filepath.Join(root, pages[name]))
	// ok: go-path-traversal
	os.Open(filepath.Join(root, "terms.txt"))
	path, _ := securejoin.SecureJoin(root, name)
	// ok: go-path-traversal
	os.Open(path)
	number, _ := strconv.Atoi(name)
	// ok: go-path-traversal
	os.Open(filepath.Join(root, strconv.Itoa(number)))
}

func write(w http.ResponseWriter, r *http.Request) {
	var in order
	json.NewDecoder(r.Body).Decode(&in)
	// ruleid: go-path-traversal
	os.WriteFile(filepath.Join(root, in.File), nil, 0o600)
	// ruleid: go-path-traversal
	os.Remove(root + "/" + r.PostFormValue("name"))
	// ruleid: go-path-traversal
	os.MkdirAll(filepath.Join(root, r.Header.Get("X-Folder")), 0o750)
	_, header, _ := r.FormFile("photo")
	// ok: go-path-traversal
	os.Create(filepath.Join(root, header.Filename))
	// ok: go-path-traversal
	os.WriteFile("/srv/log.txt", []byte(in.File), 0o600)
}

func local(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	if !filepath.IsLocal(name) {
		return
	}
	// ok: go-path-traversal
	os.Open(filepath.Join(root, name))
	full := filepath.Join(root, r.FormValue("other"))
	if !strings.HasPrefix(full, root+string(os.PathSeparator)) {
		return
	}
	// ok: go-path-traversal
	os.Open(full)
}

func dots(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	if strings.Contains(name, "..") {
		http.NotFound(w, r)
		return
	}
	// ok: go-path-traversal
	os.Open(filepath.Join(root, name))
	if strings.Contains(r.URL.Path, "..") {
		return
	}
	// ok: go-path-traversal
	os.Open(root + r.URL.Path)
}

func resolved(w http.ResponseWriter, r *http.Request) {
	absolute, err := filepath.Abs(filepath.Join(root, r.FormValue("name")))
	if err != nil || !strings.HasPrefix(absolute, root+"/") {
		return
	}
	// ok: go-path-traversal
	os.Open(absolute)
	folder, _ := os.OpenRoot(root)
	// ok: go-path-traversal
	folder.Open(r.FormValue("name"))
}

func prefixed(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	if strings.HasPrefix(name, "docs/") {
		// ruleid: go-path-traversal
		os.Open(filepath.Join(root, name))
	}
}

func engine(c *gin.Context) {
	// ruleid: go-path-traversal
	os.Open(filepath.Join(root, c.Param("name")))
	file, _ := c.FormFile("photo")
	// ruleid: go-path-traversal
	c.SaveUploadedFile(file, filepath.Join(root, c.PostForm("folder")))
	// ok: go-path-traversal
	c.SaveUploadedFile(file, filepath.Join(root, "photo.png"))
}

func echoed(c echo.Context) error {
	if c.QueryParam("all") == "yes" {
		// ok: go-path-traversal
		return c.File("/srv/docs/all.txt")
	}
	// ruleid: go-path-traversal
	return c.File(filepath.Join(root, c.QueryParam("name")))
}

func fibres(c *fiber.Ctx) error {
	if c.Query("all") == "yes" {
		// ok: go-path-traversal
		return c.SendFile("/srv/docs/all.txt")
	}
	// ruleid: go-path-traversal
	return c.SendFile(root + "/" + c.Params("name"))
}

func internal(name string) {
	// ok: go-path-traversal
	os.Open(filepath.Join(root, name))
}

func (s *folder) open(name string) {
	// ruleid: go-path-traversal
	os.Open(filepath.Join(s.path, name))
}

func (s *folder) show(w http.ResponseWriter, r *http.Request) {
	s.open(r.FormValue("name"))
	full, err := below(r.FormValue("name"))
	if err == nil {
		// ok: go-path-traversal
		os.Open(full)
	}
}

func below(name string) (string, error) {
	full := filepath.Join("/srv/files", name)
	if !strings.HasPrefix(full, "/srv/files/") {
		return "", os.ErrNotExist
	}
	return full, nil
}
