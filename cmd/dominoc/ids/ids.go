// Package ids brings the ids that AWS made for an environment into Git.
//
// In go an environment of the files, the same environment in a management cluster, and the
// resources whose ids belong in Git; out come the file of ids and diagnostics about them.
// Package health decides which id can be trusted. Package cli calls it.
package ids

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/words"
)

// Cluster is the management cluster that is read, for the reader.
type Cluster struct {
	Server string
	Lacks  func(environment string) string // the sentence that it has no such environment
}

// Reading is the ids of an environment in its files and in a cluster.
type Reading struct {
	load.Result
	ids      health.IDs // to commit
	findings []health.IDFinding
	refused  *diag.Diagnostic // why the cluster's ids are not used
}

// Read compares an environment with the one of its name in a cluster, which is nil if
// there is none.
func Read(r load.Result, in *health.Environment, wanted []externalname.Identity, cluster Cluster) Reading {
	reading := Reading{Result: r}
	if reading.refused = another(r, in, cluster); reading.refused != nil {
		return reading
	}
	committed := health.IDs{}
	for component, keys := range r.Environment.IDs {
		committed[component] = keys
	}
	reading.ids, reading.findings = health.Reconcile(in, wanted, committed, func(kind, id string) bool {
		rule, _ := externalname.Of(kind)
		return rule.Fits(id)
	})
	return reading
}

// another returns a diagnostic if the cluster does not have the environment, or has another
// one of its name.
func another(r load.Result, in *health.Environment, cluster Cluster) *diag.Diagnostic {
	env := r.Environment
	d := diag.Diagnostic{Severity: diag.Error, Code: "id-cluster", Pos: r.Source.At(diag.Path{"name"}), Path: "name"}
	if in == nil {
		d.Message = cluster.Lacks(env.Name)
		return &d
	}
	report := health.Judge(in, time.Time{})
	if report.Account == env.Account && report.Region == env.Region {
		return nil
	}
	d.Message = fmt.Sprintf("%q in the management cluster at %s is in account %s and region %s, not in %s and %s",
		env.Name, cluster.Server, report.Account, report.Region, env.Account, env.Region)
	d.Hint = "is it the right cluster? --context chooses another"
	return &d
}

// File returns the path of the environment's file of ids, for the reader.
func (r Reading) File() string { return path.Join(r.Folder.Shown, load.IDsName) }

// Write updates the environment's file of ids in one step and returns a sentence about it;
// an empty one if the cluster does not have the environment. A file that dominoc did not
// write is an error.
func (r Reading) Write(root string) (string, error) {
	if r.refused != nil {
		return "", nil
	}
	written, err := r.write(root)
	if err != nil {
		return "", fmt.Errorf("%s: %w", r.File(), err)
	}
	said := "up to date"
	if written {
		n := map[health.Verdict]int{}
		for _, f := range r.findings {
			n[f.Verdict]++
		}
		said = fmt.Sprintf("%d new, %d taken out", n[health.Added], n[health.Dropped])
	}
	return fmt.Sprintf("%s: %s, %s", r.File(), words.Count(r.ids.Len(), "id"), said), nil
}

func (r Reading) write(root string) (bool, error) {
	content, err := load.IDsFile(r.Environment, r.ids)
	if err != nil {
		return false, err
	}
	file := filepath.Join(r.Folder.Dir, load.IDsName)
	old, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && r.ids.Len() == 0:
		return false, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false, err
	case err == nil && !bytes.HasPrefix(old, []byte(load.IDsHeader)):
		return false, fmt.Errorf("dominoc did not write this file: move it away, or begin it with %q", load.IDsHeader)
	case bytes.Equal(old, content):
		return false, nil
	}
	return true, emit.Replace(root, r.File(), func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// Wrong returns the diagnostics about the environment's ids. written means that new and
// removed ids are written to the file, and are no mistake. Unknown ids are one diagnostic:
// there may be a hundred.
func (r Reading) Wrong(written bool) diag.List {
	if r.refused != nil {
		return diag.List{*r.refused}
	}
	var found diag.List
	var missing []health.IDFinding
	for _, f := range r.findings {
		switch f.Verdict {
		case health.Changed, health.Gone:
			found = append(found, unconfirmed(r, f))
		case health.Missing:
			missing = append(missing, f)
		case health.Added, health.Dropped:
			if !written {
				found = append(found, undone(r, f))
			}
		}
	}
	if len(missing) > 0 {
		found = append(found, incomplete(r, missing))
	}
	return found
}

// unconfirmed returns the diagnostic of a committed id that the cluster does not have.
func unconfirmed(r Reading, f health.IDFinding) diag.Diagnostic {
	at := diag.Path{"ids", f.Component, f.Key}
	d := diag.Diagnostic{Severity: diag.Error, Code: "id-changed", Pos: r.Source.At(at), Path: at.String()}
	d.Message = fmt.Sprintf("%q is committed, and the management cluster has %q for this %s", f.Committed, f.Has, f.Kind)
	d.Hint = "the committed id stays. If AWS has the resource under the cluster's id only, take the line out and run dominoc ids again; if it has both, one was made a second time"
	if f.Verdict == health.Gone {
		d.Code = "id-gone"
		d.Message = fmt.Sprintf("%q is committed, and the management cluster has no %s with an id here", f.Committed, f.Kind)
		d.Hint = "the committed id stays: with it goes the last trace of what AWS has. Is what build wrote applied?"
	}
	return d
}

// undone returns the diagnostic of an id that a run without --check would write or remove.
func undone(r Reading, f health.IDFinding) diag.Diagnostic {
	at := diag.Path{"ids", f.Component, f.Key}
	d := diag.Diagnostic{
		Severity: diag.Error, Code: "id-uncommitted", Pos: diag.Pos{File: r.File()}, Path: at.String(),
		Message: fmt.Sprintf("the management cluster has %q, which is not committed", f.Has),
		Hint:    "run dominoc ids " + r.Environment.Name + " and commit what it writes",
	}
	if f.Verdict == health.Dropped {
		d.Pos, d.Message = r.Source.At(at), fmt.Sprintf("%q is committed, and the environment has no such resource", f.Committed)
	}
	return d
}

func incomplete(r Reading, missing []health.IDFinding) diag.Diagnostic {
	const most = 3
	var some []string
	for _, f := range missing[:min(most, len(missing))] {
		some = append(some, f.Component+"/"+f.Key+" "+f.Why)
	}
	if more := len(missing) - len(some); more > 0 {
		some = append(some, fmt.Sprintf("and %d more", more))
	}
	return diag.Diagnostic{
		Severity: diag.Error, Code: "id-missing", Pos: r.Source.At(diag.Path{"name"}), Path: "ids",
		Message: words.CountOf(len(missing), "id is", "ids are") + " not known yet: " + strings.Join(some, ", "),
		Hint:    "dominoc status " + r.Environment.Name + " says what they wait for; run dominoc ids again then",
	}
}

// Bare returns results whose environments have no ids, so that a wrong id is not an error.
func Bare(results []load.Result) []load.Result {
	out := make([]load.Result, len(results))
	for n, r := range results {
		if r.Environment != nil {
			environment := *r.Environment
			environment.IDs = nil
			r.Environment = &environment
		}
		out[n] = r
	}
	return out
}
