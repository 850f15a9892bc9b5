package documents

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/antchfx/htmlquery"
	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"
	"golang.org/x/net/html"
)

func find(doc *xmlquery.Node, page *html.Node, r *http.Request) {
	name := r.FormValue("name")
	// ruleid: go-xpath-injection
	xmlquery.Find(doc, "//user[@name='"+name+"']")
	// ruleid: go-xpath-injection
	xmlquery.FindOne(doc, fmt.Sprintf("//user[@name='%s']", name))
	// ruleid: go-xpath-injection
	xpath.Compile("//user[@name='" + name + "']")
	// ruleid: go-xpath-injection
	htmlquery.Find(page, r.URL.Query().Get("path"))
	// ok: go-xpath-injection
	xmlquery.Find(doc, "//user")
	// ok: go-xpath-injection
	xmlquery.FindOne(doc, "//user[@name='"+strings.ReplaceAll(name, "'", "")+"']")
	// ok: go-xpath-injection
	xpath.Compile("//user[@name='anna']")
	if strings.ContainsAny(name, `'"`) {
		return
	}
	// ok: go-xpath-injection
	xmlquery.Find(doc, "//user[@name='"+name+"']")
}
