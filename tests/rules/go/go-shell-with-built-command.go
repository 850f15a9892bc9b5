package shell

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"al.essio.dev/pkg/shellescape"
)

type backup struct{ folder string }

func pack(folder string) error {
	// ruleid: go-shell-with-built-command
	exec.Command("sh", "-c", fmt.Sprintf("tar czf %s.tgz .", folder)).Run()
	// ruleid: go-shell-with-built-command
	exec.Command("bash", "-c", "tar czf all.tgz "+folder).Run()
	line := "tar czf all.tgz " + folder
	// ruleid: go-shell-with-built-command
	exec.Command("sh", "-c", line).Run()
	// ok: go-shell-with-built-command
	exec.Command("tar", "czf", "all.tgz", folder).Run()
	// ok: go-shell-with-built-command
	exec.Command("sh", "-c", "tar czf all.tgz "+shellescape.Quote(folder)).Run()
	// ok: go-shell-with-built-command
	exec.Command("sh", "-c", fmt.Sprintf("head -n %d", len(folder))).Run()
	// ok: go-shell-with-built-command
	return exec.Command("sh", "-c", "tar czf all.tgz .").Run()
}

func (b *backup) all(ctx context.Context, names []string, suffix string) error {
	// ruleid: go-shell-with-built-command
	exec.CommandContext(ctx, "sh", "-c", "tar czf all"+suffix).Run()
	// ok: go-shell-with-built-command
	return exec.CommandContext(ctx, "sh", "-c", "exit 1").Run()
}

func user(line string) error {
	// ok: go-shell-with-built-command
	return exec.Command("sh", "-c", line).Run()
}

func main() {
	// ruleid: go-shell-with-built-command
	exec.Command("sh", "-c", "less "+os.Args[1]).Run()
	// ok: go-shell-with-built-command
	exec.Command("sh", "-c", strings.Join([]string{"ls", "-l"}, " ")).Run()
}
