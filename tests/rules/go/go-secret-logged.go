package audit

import (
	"log"
	"log/slog"
)

type login struct{ Name, Password string }

func record(in login, password, apiKey string) {
	// ruleid: go-secret-logged
	log.Printf("login with %s", password)
	// ruleid: go-secret-logged
	log.Println("login", in.Password)
	// ruleid: go-secret-logged
	slog.Info("login", "key", apiKey)
	// ok: go-secret-logged
	log.Printf("login of %s", in.Name)
	// ok: go-secret-logged
	log.Printf("password of %d characters", len(password))
	// ok: go-secret-logged
	log.Println("wrong password")
	// ok: go-secret-logged
	slog.Info("login", "key", "apiKey")
}
