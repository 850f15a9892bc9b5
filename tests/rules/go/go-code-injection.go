package formulas

import (
	"net/http"
	"plugin"

	"github.com/dop251/goja"
	"github.com/gin-gonic/gin"
	"github.com/robertkrimen/otto"
	"github.com/traefik/yaegi/interp"
	lua "github.com/yuin/gopher-lua"
)

var formulas = map[string]string{"vat": "value * 1.2"}

func compute(w http.ResponseWriter, r *http.Request) {
	text := r.FormValue("formula")
	vm := goja.New()
	// ruleid: go-code-injection
	vm.RunString(text)
	// ruleid: go-code-injection
	vm.RunString("1 + " + text)
	// ok: go-code-injection
	vm.RunString(formulas[text])
	// ok: go-code-injection
	vm.RunString("value * 2")
	// ok: go-code-injection
	vm.Set("value", text)
	old := otto.New()
	// ruleid: go-code-injection
	old.Run(text)
	// ok: go-code-injection
	old.Run("value * 2")
	state := lua.NewState()
	// ruleid: go-code-injection
	state.DoString(r.PostFormValue("script"))
	// ok: go-code-injection
	state.DoString("return 1")
	// ruleid: go-code-injection
	plugin.Open(r.FormValue("plugin"))
	// ok: go-code-injection
	plugin.Open("/srv/plugins/vat.so")
}

func evaluate(c *gin.Context) {
	in := interp.New(interp.Options{})
	// ruleid: go-code-injection
	in.Eval(c.Query("code"))
	// ok: go-code-injection
	in.Eval("1 + 1")
}

type runner struct{}

func (runner) Run(line string) {}

func other(r *http.Request) {
	steps := runner{}
	// ok: go-code-injection
	steps.Run(r.FormValue("line"))
}
