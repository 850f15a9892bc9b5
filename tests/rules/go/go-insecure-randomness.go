package tokens

import (
	"fmt"
	mrand "math/rand"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
)

type account struct {
	Token string
	Delay int
}

const letters = "abcdefghijklmnopqrstuvwxyz"

func resetToken() string {
	// ruleid: go-insecure-randomness
	return fmt.Sprintf("%016x", mrand.Uint64())
}

func create() account {
	// ruleid: go-insecure-randomness
	token := fmt.Sprint(mrand.Int63())
	var sessionID string
	// ruleid: go-insecure-randomness
	sessionID = fmt.Sprint(mrand.Intn(1000000))
	// ok: go-insecure-randomness
	delay := mrand.Intn(100)
	// ok: go-insecure-randomness
	time.Sleep(time.Duration(mrand.Intn(100)))
	// ok: go-insecure-randomness
	index := mrand.Intn(len(letters))
	fmt.Println(token, sessionID, index)
	// ruleid: go-insecure-randomness
	return account{Token: fmt.Sprint(mrand.Int()), Delay: delay}
}

func password() string {
	b := make([]byte, 12)
	for i := range b {
		b[i] = letters[mrand.Intn(len(letters))]
	}
	// ruleid: go-insecure-randomness
	return string(b)
}

func cookie(w http.ResponseWriter) {
	// ruleid: go-insecure-randomness
	http.SetCookie(w, &http.Cookie{Name: "id", Value: fmt.Sprint(mrand.Int63())})
	// ok: go-insecure-randomness
	http.SetCookie(w, &http.Cookie{Name: "id", Value: "guest"})
}

func generateNonce() string {
	generator := mrand.New(mrand.NewSource(time.Now().UnixNano()))
	var text strings.Builder
	text.WriteString(fmt.Sprint(generator.Int63()))
	// ruleid: go-insecure-randomness
	return text.String()
}

func shuffled(names []string) []string {
	mrand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	// ok: go-insecure-randomness
	return names
}

func tokenBucket() int {
	// ok: go-insecure-randomness
	return mrand.Intn(10)
}

func checkToken(send func([]byte) error) error {
	payload := make([]byte, 32)
	mrand.Read(payload)
	err := send(payload)
	// ok: go-insecure-randomness
	return err
}

func guest() string {
	// ok: go-insecure-randomness
	name := fmt.Sprint(mrand.Intn(10))
	return name
}

func jitter() time.Duration {
	// ok: go-insecure-randomness
	return time.Duration(mrand.Int63n(100))
}

const lot = "0123456789"

func drawn(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = lot[mrand.Intn(len(lot))]
	}
	return string(b)
}

func helped(tokens map[string]int, owner int) {
	// ruleid: go-insecure-randomness
	token := drawn(32)
	// ruleid: go-insecure-randomness
	tokens[token] = owner
	// ok: go-insecure-randomness
	label := drawn(3)
	// ruleid: go-insecure-randomness
	uuid.NewRandomFromReader(mrand.New(mrand.NewSource(1)))
	// ok: go-insecure-randomness
	uuid.NewRandomFromReader(reader)
	// ok: go-insecure-randomness
	tokenTime := time.Now().Format(time.RFC3339)
	use(label, tokenTime)
}
