package main

import (
	"net/http"
	"time"
)

func serve(handler http.Handler) {
	// ruleid: go-server-without-timeouts
	http.ListenAndServe(":8080", handler)
	// ruleid: go-server-without-timeouts
	http.ListenAndServeTLS(":8443", "a.pem", "b.pem", handler)
	// ruleid: go-server-without-timeouts
	first := &http.Server{Addr: ":8080", Handler: handler}
	// ok: go-server-without-timeouts
	second := &http.Server{Addr: ":8080", ReadHeaderTimeout: time.Second}
	// ok: go-server-without-timeouts
	third := &http.Server{Addr: ":8080", ReadTimeout: time.Second}
	// ok: go-server-without-timeouts
	http.ListenAndServe("127.0.0.1:8080", handler)
	first.ListenAndServe()
	second.ListenAndServe()
	third.ListenAndServe()
}
