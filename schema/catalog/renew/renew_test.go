package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/catalog"
)

// The samples in testdata have the true form of the sources. Under "before" and
// "after" are the rows of the table; its comments are those of the catalogue, so that
// they name what is cited.
func TestEachTableIsRenewedFromItsSource(t *testing.T) {
	for _, r := range renewals {
		t.Run(r.table, func(t *testing.T) {
			t.Parallel()
			s := load(t, r.table)
			s.commit(t, "2027-01-31")
			require.NoError(t, s.run(r.table))
			comments, rows := s.table(t, r.table)
			if os.Getenv("UPDATE") == "1" {
				s.rewrite(t, rows)
			}
			require.Equal(t, s.section("after"), rows)
			if len(s.repositories) > 0 {
				require.Contains(t, comments, "\n# date: 2027-01-31, ")
				for _, path := range s.cited() {
					require.Regexp(t, `\n?# source: .*`+path+` at [0-9a-f]{12} \(2027-01-31\)`, comments)
				}
			}

			require.NoError(t, s.run(r.table), "again")
			again, same := s.table(t, r.table)
			require.Equal(t, comments+rows, again+same)
		})
	}
}

func TestASourceThatIsOlderThanItsTableIsRefused(t *testing.T) {
	s := load(t, "eks-versions")
	s.commit(t, "2026-01-31")
	require.ErrorContains(t, s.run("eks-versions"), "eks-versions: endoflife-date/endoflife.date is of 2026-01-31, older than the table, which is of "+catalog.VersionsAsOf())
	_, rows := s.table(t, "eks-versions")
	require.Equal(t, s.section("before"), rows)
}

func TestASourceOfAnotherFormIsRefused(t *testing.T) {
	at := func(path, content string) fstest.MapFS { return fstest.MapFS{path: {Data: []byte(content)}} }
	for want, err := range map[string]error{
		"has no front matter":                                       second(readLifecycle(at(eksLifecycle, "title: Amazon EKS\n"), "1.24")),
		"lists no releases from 1.24 on":                            second(readLifecycle(at(eksLifecycle, "---\ntitle: Amazon EKS\n---\n"), "1.24")),
		`release "1.36" has no day of release`:                      second(readLifecycle(at(eksLifecycle, "---\nreleases: [{releaseCycle: \"1.36\", releaseDate: 2026-06-02, eol: true}]\n---\n"), "1.24")),
		"p has no table of versions":                                second(readAddonVersions(at("p", "| 1.36 | none |\n"), "p")),
		`p has no image "a"`:                                        second(readImages(at("p", "- name: b\n  dmap: {d: [v1.0.0]}\n"), "p", "a")),
		`p lists no Kubernetes versions under "Supported versions"`: second(readTestedVersions(at("p", "\n#### Supported versions\n\nall\n\n#### Next\n\n* 1.35\n"), "p")),
		`has no regions of partition "aws-cn"`:                      second(readPartitions(at(partitions, `{"partitions": [{"id": "aws", "outputs": {"dnsSuffix": "x"}, "regions": {"us-west-2": {}}}]}`))),
		"m.large has no vCPUs, memory":                              second(readInstanceTypes(at(instanceTypes, `{"m.large": {"VCpuInfo": {"DefaultVCpus": 2}}}`))),
		"variables.tf has no default of k8s_version":                second(readDefaultVersion(at(dominoVariables, "k8s_version = optional(string)"))),
		"p offers nothing":                                          second(readLocations(at("p", "[]"), "p")),
	} {
		require.ErrorContains(t, err, want)
	}
}

func second[T any](_ T, err error) error { return err }

// What each table says of its renewal can be done: by this program, by go generate, or
// by a person, who is told what to read.
func TestEachTableSaysHowItIsRenewed(t *testing.T) {
	programs := map[string]bool{}
	for _, table := range catalog.Tables() {
		name := strings.TrimSuffix(table.File, ".csv")
		require.NotEmpty(t, table.Sources, name)
		switch how := table.Renewal; {
		case strings.HasPrefix(how, "go run ./schema/catalog/renew "+name), strings.HasPrefix(how, "go generate ./schema/catalog"):
			programs[name] = true
		default:
			require.Regexp(t, `^by hand.*: .*(https://|aws [a-z0-9-]+ )`, how, name)
		}
	}
	for _, r := range renewals {
		require.True(t, programs[r.table], "%s has a program that its line \"# renew: \" does not name", r.table)
	}
	require.Len(t, renewals, len(programs))
}

func TestHowTablesAreRenewedIsPrinted(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(&out, "", "", nil))
	for _, table := range catalog.Tables() {
		require.Contains(t, out.String(), table.File+"  "+table.Date)
		require.Contains(t, out.String(), "  renew: "+table.Renewal+"\n")
	}
	require.EqualError(t, run(&out, "", "", []string{"ipv4-ranges"}), `"ipv4-ranges" is not a table with a program; without arguments renew tells how each is renewed`)
}

// sample is a folder with a table and one with the repositories from which it is
// renewed, as a file of testdata has them.
type sample struct {
	file         string
	archive      *txtar.Archive
	data, base   string
	repositories map[string]bool
}

func load(t *testing.T, name string) sample {
	t.Helper()
	s := sample{file: filepath.Join("testdata", name+".txtar"), data: t.TempDir(), base: t.TempDir(), repositories: map[string]bool{}}
	var err error
	s.archive, err = txtar.ParseFile(s.file)
	require.NoError(t, err)
	for _, f := range s.archive.Files {
		switch first, rest, _ := strings.Cut(f.Name, "/"); {
		case f.Name == "before":
			put(t, filepath.Join(s.data, name+".csv"), commentsOf(t, name)+string(f.Data))
		case f.Name == "after":
		case first == "data":
			put(t, filepath.Join(s.data, rest), string(f.Data))
		case strings.HasPrefix(first, "release-"): // of a branch, by commit
		default:
			repository, path, _ := strings.Cut(rest, "/")
			s.repositories[strings.TrimPrefix(first, "tags ")+"/"+repository] = true
			if path != "" {
				put(t, filepath.Join(s.base, f.Name), string(f.Data))
			}
		}
	}
	return s
}

// commentsOf returns those of the catalogue's table.
func commentsOf(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "data", name+".csv"))
	require.NoError(t, err)
	comments, _ := divided(string(content))
	return comments
}

// divided returns the comments of a table and its rows.
func divided(content string) (comments, rows string) {
	for strings.HasPrefix(content, "#") {
		line, rest, _ := strings.Cut(content, "\n")
		comments, content = comments+line+"\n", rest
	}
	return comments, content
}

// commit makes the folders repositories with one commit of that day.
func (s sample) commit(t *testing.T, date string) {
	t.Helper()
	for repository := range s.repositories {
		folder := filepath.Join(s.base, repository)
		require.NoError(t, os.MkdirAll(folder, 0o755))
		gitIn(t, folder, date, "init", "--quiet", "--initial-branch=main")
		gitIn(t, folder, date, "add", "--all")
		gitIn(t, folder, date, "commit", "--quiet", "--allow-empty", "--message=sample")
		for tag := range strings.FieldsSeq(s.section("tags " + repository)) {
			gitIn(t, folder, date, "tag", tag)
		}
		for _, f := range s.archive.Files {
			if branch, file, is := strings.Cut(f.Name, " "+repository+"/"); is {
				gitIn(t, folder, date, "checkout", "--quiet", "-b", branch)
				gitIn(t, folder, date, "rm", "--quiet", "-r", ".")
				put(t, filepath.Join(folder, file), string(f.Data))
				gitIn(t, folder, date, "add", "--all")
				gitIn(t, folder, date, "commit", "--quiet", "--message=sample")
				gitIn(t, folder, date, "checkout", "--quiet", "main")
			}
		}
	}
}

func gitIn(t *testing.T, folder, date string, args ...string) {
	t.Helper()
	command := exec.Command("git", append([]string{"-C", folder, "-c", "user.name=sample", "-c", "user.email=sample@example.com"}, args...)...)
	command.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+date+"T12:00:00Z", "GIT_COMMITTER_DATE="+date+"T12:00:00Z", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func (s sample) run(name string) error {
	return run(new(bytes.Buffer), s.data, s.base, []string{name})
}

func (s sample) table(t *testing.T, name string) (comments, rows string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(s.data, name+".csv"))
	require.NoError(t, err)
	return divided(string(content))
}

func (s sample) section(name string) string {
	for _, f := range s.archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// cited returns the paths that the table must name: files, or the folder of many.
func (s sample) cited() []string {
	var all []string
	for _, f := range s.archive.Files {
		if owner, path, is := strings.Cut(f.Name, "/"); is && owner != "data" && !strings.Contains(owner, " ") {
			repository, path, _ := strings.Cut(path, "/")
			if strings.HasPrefix(path, offerings) {
				path = offerings
			}
			all = append(all, owner+"/"+repository+" "+path)
		}
	}
	return all
}

func (s sample) rewrite(t *testing.T, after string) {
	t.Helper()
	for i, f := range s.archive.Files {
		if f.Name == "after" {
			s.archive.Files[i].Data = []byte(after)
		}
	}
	put(t, s.file, string(txtar.Format(s.archive)))
}

func put(t *testing.T, file, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
}
