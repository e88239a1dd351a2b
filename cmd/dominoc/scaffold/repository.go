package scaffold

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// scp matches an address in the other form that ssh and git accept: git@github.com:acme/fleet.
var scp = regexp.MustCompile(`^([A-Za-z0-9._-]+)@([A-Za-z0-9.-]+):/?([A-Za-z0-9._~/-]+)$`)

// secret is the advice about credentials.
const secret = "credentials belong into a secret of the management cluster, which flux.secretName or Argo CD's repository secret names"

// CheckRepository returns an error if a text cannot be the URL of the repository: https://
// or, with a user and without a password, ssh://. The schema's #GitURL accepts the same.
// The error never contains a possible password or token.
func CheckRepository(text string) error {
	if found := scp.FindStringSubmatch(text); found != nil {
		return fmt.Errorf("the form user@host:path is not a URL, and Flux does not read it; write ssh://%s@%s/%s", found[1], found[2], found[3])
	}
	u, err := url.Parse(text)
	if err != nil || strings.ContainsAny(text, " \t\r\n") || u.Host == "" || !slices.Contains([]string{"http", "https", "ssh"}, u.Scheme) {
		return fmt.Errorf("%snot the URL of a Git repository, such as https://github.com/acme/fleet or ssh://git@github.com/acme/fleet", harmless(text))
	}
	_, password := u.User.Password()
	switch {
	case u.Scheme != "ssh" && u.User != nil || password:
		return fmt.Errorf("the URL of %s holds a user, password or token; %s", u.Host, secret)
	case strings.ContainsAny(text, "?#"):
		return fmt.Errorf("the URL of %s has a part behind ? or #, which no repository needs; %s", u.Host, secret)
	case strings.Trim(u.Path, "/") == "":
		return fmt.Errorf("the URL of %s names no repository: the path is missing", u.Host)
	case strings.Contains(u.Path, "@"):
		return errors.New("the URL has an @ in its path, so that it cannot be told from one with credentials; " + secret)
	}
	return nil
}

// harmless returns a text for the reader, quoted; nothing if it may contain a secret.
func harmless(text string) string {
	if strings.ContainsAny(text, "@:?#") || len(text) > 40 {
		return ""
	}
	return fmt.Sprintf("%q: ", text)
}

// SSH reports whether the repository is read with a key.
func (f Facts) SSH() bool { return strings.HasPrefix(f.Repository, "ssh://") }

// Guarded returns the paths of files that affect every environment.
func (f Facts) Guarded() []string {
	return []string{
		"/environments/*.cue", "/environments/gitops/", "/environments/policy/", "/environments/quotas/",
		"/cue.mod/", "/.dominoc.sha256", "/rendered/sync/", "/rendered/platform/", "/rendered/crossplane/", "/rendered/crossplane-values.yaml",
		"/.github/", "/.gitlab/", "/docs/CODEOWNERS", "/.gitlab-ci.yml", "/.githooks/", "/.gitattributes", "/CODEOWNERS",
	}
}
