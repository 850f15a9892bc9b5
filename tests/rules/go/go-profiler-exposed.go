package main

import (
	"net/http"
	"net/http/pprof"
	_ "net/http/pprof"
)

func main() {
	// ruleid: go-profiler-exposed
	http.ListenAndServe(":8080", nil)
	// ruleid: go-profiler-exposed
	http.ListenAndServe("0.0.0.0:8080", nil)
	// ok: go-profiler-exposed
	http.ListenAndServe("127.0.0.1:6060", nil)
	// ok: go-profiler-exposed
	http.ListenAndServe("localhost:6060", nil)
	// ok: go-profiler-exposed
	http.ListenAndServe(":8080", http.NewServeMux())
}

func public() {
	mux := http.NewServeMux()
	// ruleid: go-profiler-exposed
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	http.ListenAndServe(":8080", mux)
}

func private() {
	mux := http.NewServeMux()
	// ok: go-profiler-exposed
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	http.ListenAndServe("127.0.0.1:6060", mux)
}
