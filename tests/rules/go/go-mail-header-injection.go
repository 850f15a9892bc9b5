package mail

import (
	"fmt"
	"mime"
	"net/http"
	"net/smtp"
	"strings"
)

func contact(w http.ResponseWriter, r *http.Request) {
	subject := r.FormValue("subject")
	// ruleid: go-mail-header-injection
	message := "Subject: " + subject + "\r\n\r\nA question."
	// ruleid: go-mail-header-injection
	other := fmt.Sprintf("To: help@shop.example\r\nSubject: %s\r\n\r\nA question.", subject)
	// ruleid: go-mail-header-injection
	third := "Reply-To: " + r.FormValue("address") + "\r\n"
	// ok: go-mail-header-injection
	safe := "Subject: " + mime.QEncoding.Encode("utf-8", subject) + "\r\n\r\nA question."
	// ok: go-mail-header-injection
	cleaned := "Subject: " + strings.ReplaceAll(subject, "\n", "") + "\r\n\r\nA question."
	// ok: go-mail-header-injection
	body := "Subject: A question\r\n\r\n" + r.FormValue("text")
	for _, text := range []string{message, other, third, safe, cleaned, body} {
		smtp.SendMail("mail.example:25", nil, "web@shop.example", []string{"help@shop.example"}, []byte(text))
	}
}
