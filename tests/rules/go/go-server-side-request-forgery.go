package calls

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"
)

const images = "https://images.example"

var hosts = map[string]bool{"images.example": true}
var addresses = map[string]string{"images": "https://images.example/"}

type proxy struct {
	client  *http.Client
	baseURL string
}

func (p *proxy) fetch(w http.ResponseWriter, r *http.Request) {
	address := r.FormValue("url")
	// ruleid: go-server-side-request-forgery
	http.Get(address)
	// ruleid: go-server-side-request-forgery
	p.client.Get(address)
	// ruleid: go-server-side-request-forgery
	http.Post(r.URL.Query().Get("url"), "text/plain", nil)
	// ruleid: go-server-side-request-forgery
	http.NewRequest("GET", address, nil)
	// ruleid: go-server-side-request-forgery
	http.NewRequestWithContext(r.Context(), "GET", "http://"+r.FormValue("host")+"/status", nil)
	// ruleid: go-server-side-request-forgery
	http.Get(fmt.Sprintf("https://%s/status", r.FormValue("host")))
	// ruleid: go-server-side-request-forgery
	net.Dial("tcp", r.FormValue("host")+":80")
	client := &http.Client{}
	// ruleid: go-server-side-request-forgery
	client.Get(address)
	// ruleid: go-server-side-request-forgery
	http.DefaultClient.Get(address)
	// ok: go-server-side-request-forgery
	http.Get("https://images.example/" + address)
	// ok: go-server-side-request-forgery
	http.Get(fmt.Sprintf("https://images.example/%s", url.PathEscape(address)))
	// ok: go-server-side-request-forgery
	http.Get(p.baseURL + "/" + address)
	// ok: go-server-side-request-forgery
	http.Get(addresses[address])
	// ok: go-server-side-request-forgery
	http.NewRequest("POST", "https://images.example/", r.Body)
	// ok: go-server-side-request-forgery
	client.Get("https://images.example/")
	// ok: go-server-side-request-forgery
	http.NewRequestWithContext(r.Context(), "GET", images+"/"+address, nil)
	// ok: go-server-side-request-forgery
	net.Dial("tcp", "images.example:80")
}

func checked(w http.ResponseWriter, r *http.Request) {
	text := r.FormValue("url")
	address, err := url.Parse(text)
	if err != nil || !hosts[address.Hostname()] {
		return
	}
	// ok: go-server-side-request-forgery
	http.Get(text)
	// ok: go-server-side-request-forgery
	http.Get(address.String())
}

func helped(w http.ResponseWriter, r *http.Request) {
	text := r.FormValue("url")
	if err := validateAddress(text); err != nil {
		return
	}
	// ok: go-server-side-request-forgery
	http.Get(text)
}

func validateAddress(text string) error { return nil }

func engine(c *gin.Context) {
	// ruleid: go-server-side-request-forgery
	http.Get(c.Query("url"))
	// ok: go-server-side-request-forgery
	http.Get(images + "/" + c.Query("name"))
}

func echoed(c echo.Context) error {
	var in struct{ URL string }
	if err := c.Bind(&in); err != nil {
		return err
	}
	// ruleid: go-server-side-request-forgery
	_, err := http.Get(in.URL)
	return err
}

func loosely(w http.ResponseWriter, r *http.Request) {
	address, err := url.Parse(r.FormValue("url"))
	if err != nil || !strings.HasSuffix(address.Hostname(), "images.example") {
		return
	}
	// ruleid: go-server-side-request-forgery
	http.Get(address.String())
}

func listed(w http.ResponseWriter, r *http.Request) {
	address, err := url.Parse(r.FormValue("url"))
	if err != nil {
		return
	}
	if _, ok := hosts[address.Hostname()]; !ok {
		return
	}
	// ok: go-server-side-request-forgery
	http.Get(address.String())
}

func passed(r *http.Request, target *url.URL) {
	out := r.Clone(r.Context())
	// ok: go-server-side-request-forgery
	out.URL.Host = target.Host
	// ok: go-server-side-request-forgery
	out.URL = target
}
