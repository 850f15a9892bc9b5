package files

import (
	"net/http"
	"os"
	"path/filepath"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/mux"
)

func download(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	// ruleid: go-served-file-traversal
	http.ServeFile(w, r, filepath.Join("/srv/docs", name))
	// ruleid: go-served-file-traversal
	http.ServeFile(w, r, "/srv/docs/"+r.FormValue("name"))
	// ok: go-served-file-traversal
	http.ServeFile(w, r, filepath.Join("/srv/docs", filepath.Base(name)))
	// ok: go-served-file-traversal
	http.ServeFile(w, r, filepath.Join("/srv/docs", r.URL.Path))
	// ok: go-served-file-traversal
	http.ServeFile(w, r, filepath.Join("/srv/docs", mux.Vars(r)["name"]))
	// ok: go-served-file-traversal
	http.ServeFile(w, r, "/srv/docs/terms.txt")
	// ok: go-served-file-traversal
	http.ServeFileFS(w, r, os.DirFS("/srv/docs"), name)
}

func engine(c *gin.Context) {
	// ruleid: go-served-file-traversal
	c.File("/srv/docs/" + c.Query("name"))
	// ruleid: go-served-file-traversal
	c.FileAttachment("/srv/docs/"+c.Query("name"), "a.txt")
	// ok: go-served-file-traversal
	c.File("/srv/docs/" + c.Param("name"))
	// ok: go-served-file-traversal
	c.FileAttachment("/srv/docs/a.txt", c.Query("name"))
}
