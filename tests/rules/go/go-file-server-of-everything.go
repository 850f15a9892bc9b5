package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func files(engine *gin.Engine) {
	// ruleid: go-file-server-of-everything
	http.FileServer(http.Dir("."))
	// ruleid: go-file-server-of-everything
	http.FileServer(http.Dir("/"))
	// ruleid: go-file-server-of-everything
	engine.Static("/files", "./")
	// ok: go-file-server-of-everything
	http.FileServer(http.Dir("./public"))
	// ok: go-file-server-of-everything
	http.FileServer(http.Dir("/srv/public"))
	// ok: go-file-server-of-everything
	engine.Static("/files", "./public")
}
