package sockets

import (
	"net/http"
	"strings"

	"github.com/gorilla/websocket"
)

// ruleid: go-websocket-any-origin
var first = websocket.Upgrader{CheckOrigin: func(r *http.Request) bool { return true }}

// ok: go-websocket-any-origin
var second = websocket.Upgrader{ReadBufferSize: 1024}

// ok: go-websocket-any-origin
var third = websocket.Upgrader{CheckOrigin: sameHost}

func sameHost(r *http.Request) bool {
	return strings.HasSuffix(r.Header.Get("Origin"), "//"+r.Host)
}

func open() *websocket.Upgrader {
	upgrader := &websocket.Upgrader{}
	// ruleid: go-websocket-any-origin
	upgrader.CheckOrigin = func(r *http.Request) bool { return true }
	// ok: go-websocket-any-origin
	upgrader.CheckOrigin = sameHost
	return upgrader
}
