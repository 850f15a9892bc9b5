package directory

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"
	"github.com/go-ldap/ldap/v3"
)

const base = "ou=people,dc=shop,dc=example"

func search(w http.ResponseWriter, r *http.Request) {
	user := r.FormValue("user")
	// ruleid: go-ldap-injection
	ldap.NewSearchRequest(base, 2, 0, 1, 0, false, "(uid="+user+")", nil, nil)
	filter := fmt.Sprintf("(&(objectClass=person)(uid=%s))", user)
	// ruleid: go-ldap-injection
	ldap.NewSearchRequest(base, 2, 0, 1, 0, false, filter, nil, nil)
	// ruleid: go-ldap-injection
	ldap.NewSearchRequest("ou="+user+","+base, 2, 0, 1, 0, false, "(uid=*)", nil, nil)
	safe := fmt.Sprintf("(uid=%s)", ldap.EscapeFilter(user))
	// ok: go-ldap-injection
	ldap.NewSearchRequest(base, 2, 0, 1, 0, false, safe, nil, nil)
	// ok: go-ldap-injection
	ldap.NewSearchRequest(base, 2, 0, 1, 0, false, "(uid=*)", []string{user}, nil)
	// ok: go-ldap-injection
	ldap.NewSearchRequest("ou="+ldap.EscapeDN(user)+","+base, 2, 0, 1, 0, false, "(uid=*)", nil, nil)
}

func login(c *gin.Context, connection *ldap.Conn) {
	// ruleid: go-ldap-injection
	connection.Bind("uid="+c.PostForm("user")+","+base, c.PostForm("password"))
	// ok: go-ldap-injection
	connection.Bind("uid="+ldap.EscapeDN(c.PostForm("user"))+","+base, c.PostForm("password"))
	// ok: go-ldap-injection
	connection.Bind("cn=reader,"+base, c.PostForm("password"))
}

func built(query url.Values, connection *ldap.Conn) {
	request := ldap.NewSearchRequest("dc=shop", 2, 0, 0, 0, false, "(cn=*)", nil, nil)
	// ruleid: go-ldap-injection
	request.Filter = "(cn=" + query.Get("name") + ")"
	// ok: go-ldap-injection
	request.Filter = "(cn=" + ldap.EscapeFilter(query.Get("name")) + ")"
	// ok: go-ldap-injection
	request.BaseDN = "dc=shop"
}
