package scaffold

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/source"
)

// Check returns an error if a fact that the user gives is invalid.
func (f Facts) Check() error {
	if strings.ContainsAny(f.Owner, " \t\r\n#") || f.Owner != "" && !strings.Contains(f.Owner, "@") {
		return fmt.Errorf("--owner %q: not an owner as CODEOWNERS names it, such as @acme/platform-team", f.Owner)
	}
	if f.Repository == "" {
		return nil
	}
	if err := CheckRepository(f.Repository); err != nil {
		return fmt.Errorf("--repository: %w", err)
	}
	return nil
}

// Of returns the facts completed by a repository and this program: whether the repository
// has environments and owners, and what its workflows install.
func (f Facts) Of(repository string) Facts {
	found, err := source.Open(repository).Find([]string{"./" + source.FleetFolder + "/..."})
	f.Sample = err != nil || len(found) == 0
	f.Owned = slices.ContainsFunc(OwnersElsewhere(), func(name string) bool {
		_, err := os.Lstat(filepath.Join(repository, filepath.FromSlash(name)))
		return err == nil
	})
	f.Version, f.Action = released()
	return f
}

// Unused returns the flags that had no effect, each with the file that belongs to the user
// since the first run.
func (f Facts) Unused(r emit.Result) map[string]string {
	unused := map[string]string{}
	if f.Repository != "" && !slices.Contains(r.Written, GitOps) {
		unused["--repository"] = GitOps
	}
	if f.Owner != "" && !slices.Contains(r.Written, Owners) {
		unused["--owner"] = Owners
	}
	return unused
}

// released returns the version of this dominoc, which workflows install, and the matching
// revision of the action. For a build from edited sources both are the branch.
func released() (version, action string) {
	const branch = "main"
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return branch, branch
	}
	version = info.Main.Version
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	switch {
	case strings.Contains(version, "+dirty"):
		return branch, branch
	case settings["vcs.revision"] != "":
		return version, settings["vcs.revision"]
	case Facts{Version: version}.Release():
		return version, version
	}
	return version, branch
}
