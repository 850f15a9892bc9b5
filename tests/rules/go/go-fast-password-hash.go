package accounts

import (
	"crypto/md5"
	"crypto/sha256"
	"hash"
	"io"
	"net/http"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

type login struct{ Name, Password string }

func store(password string, in login, salt []byte, r *http.Request) {
	// ruleid: go-fast-password-hash
	sha256.Sum256([]byte(password))
	// ruleid: go-fast-password-hash
	md5.Sum([]byte(in.Password))
	// ruleid: go-fast-password-hash
	sha256.Sum256([]byte(password + string(salt)))
	// ruleid: go-fast-password-hash
	sha256.Sum256([]byte(r.FormValue("password")))
	h := sha256.New()
	// ruleid: go-fast-password-hash
	h.Write([]byte(password))
	// ruleid: go-fast-password-hash
	io.WriteString(h, password)
	// ok: go-fast-password-hash
	h.Write(salt)
	// ok: go-fast-password-hash
	bcrypt.GenerateFromPassword([]byte(password), 12)
	// ok: go-fast-password-hash
	argon2.IDKey([]byte(password), salt, 1, 64*1024, 4, 32)
	// ok: go-fast-password-hash
	sha256.Sum256([]byte(in.Name))
	// ok: go-fast-password-hash
	sha256.Sum256([]byte(r.FormValue("document")))
	hash, _ := bcrypt.GenerateFromPassword([]byte(password), 12)
	// ok: go-fast-password-hash
	sha256.Sum256(hash)
}

func (u *account) setPassword(plain string) {
	// ruleid: go-fast-password-hash
	u.sum = sha256.Sum256([]byte(plain))
}

func (u *account) setPicture(plain string) {
	// ok: go-fast-password-hash
	u.sum = sha256.Sum256([]byte(plain))
}

func digest(h hash.Hash, password, text string) {
	// ruleid: go-fast-password-hash
	h.Write([]byte(password))
	// ok: go-fast-password-hash
	h.Write([]byte(text))
}
