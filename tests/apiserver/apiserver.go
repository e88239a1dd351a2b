// Package apiserver answers as an API server does about objects that it is given:
// which kinds there are, one object, all of a kind, and a deletion. It checks nothing
// about them, so that objects may have content that no real server would accept.
package apiserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Server has objects of any kinds. Its answers may be made errors.
type Server struct {
	Objects []map[string]any

	// Fails is called before each answer and may return a status other than 0, with a message.
	Fails func(method, path string) (status int, message string)

	// Deleted is called with the name of each deleted object.
	Deleted func(name string)
}

// Start listens on the loopback address, and writes a kubeconfig for it into a folder.
// The caller closes the server.
func (s *Server) Start(dir string) (listening *httptest.Server, kubeconfig string, err error) {
	listening = httptest.NewServer(s)
	kubeconfig = filepath.Join(dir, "kubeconfig")
	content := fmt.Sprintf(`apiVersion: v1
kind: Config
clusters: [{name: a, cluster: {server: %q}}]
contexts: [{name: a, context: {cluster: a}}]
current-context: a
`, listening.URL)
	return listening, kubeconfig, os.WriteFile(kubeconfig, []byte(content), 0o600)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if s.Fails != nil {
		if status, message := s.Fails(r.Method, r.URL.Path); status != 0 {
			answer(w, status, message)
			return
		}
	}
	version, rest := split(r.URL.Path)
	elements := strings.FieldsFunc(rest, func(c rune) bool { return c == '/' })
	namespace := ""
	if len(elements) > 2 && elements[0] == "namespaces" {
		namespace, elements = elements[1], elements[2:]
	}
	switch {
	case len(elements) == 0:
		s.discover(w, version)
	case len(elements) == 1:
		s.list(w, version, elements[0], namespace)
	case r.Method == http.MethodDelete:
		s.delete(w, r, version, elements[0], namespace, elements[1])
	default:
		s.read(w, version, elements[0], namespace, elements[1])
	}
}

// split returns the apiVersion of a path, and the rest of the path.
func split(path string) (version, rest string) {
	elements := strings.Split(strings.TrimPrefix(path, "/"), "/")
	depth := 2 // api/v1
	if elements[0] == "apis" {
		depth = 3
	}
	depth = min(depth, len(elements))
	return strings.Join(elements[1:depth], "/"), strings.Join(elements[depth:], "/")
}

// is reports whether an object is of a version and resource, and in a namespace unless
// that is empty.
func is(object map[string]any, version, resource, namespace string) bool {
	return object["apiVersion"] == version && Resource(object) == resource && (namespace == "" || metadata(object)["namespace"] == namespace)
}

// Resource returns the resource of the object's kind, as in paths.
func Resource(object map[string]any) string {
	return strings.ToLower(fmt.Sprint(object["kind"])) + "s"
}

func metadata(object map[string]any) map[string]any {
	m, _ := object["metadata"].(map[string]any)
	return m
}

func (s *Server) discover(w http.ResponseWriter, version string) {
	resources := []any{}
	for _, o := range s.Objects {
		if o["apiVersion"] == version {
			resources = append(resources, map[string]any{
				"name": Resource(o), "kind": o["kind"], "namespaced": metadata(o)["namespace"] != nil, "verbs": []string{"list", "get", "delete"},
			})
		}
	}
	if len(resources) == 0 {
		answer(w, http.StatusNotFound, "no such version")
		return
	}
	write(w, map[string]any{"kind": "APIResourceList", "resources": resources})
}

func (s *Server) list(w http.ResponseWriter, version, resource, namespace string) {
	items := []any{}
	for _, o := range s.Objects {
		if is(o, version, resource, namespace) {
			items = append(items, o)
		}
	}
	write(w, map[string]any{"apiVersion": version, "kind": "List", "items": items})
}

func (s *Server) read(w http.ResponseWriter, version, resource, namespace, name string) {
	for _, o := range s.Objects {
		if is(o, version, resource, namespace) && metadata(o)["name"] == name {
			write(w, o)
			return
		}
	}
	answer(w, http.StatusNotFound, fmt.Sprintf("%s %q not found", resource, name))
}

func (s *Server) delete(w http.ResponseWriter, r *http.Request, version, resource, namespace, name string) {
	var options struct{ Preconditions map[string]string }
	_ = json.NewDecoder(r.Body).Decode(&options)
	at := slices.IndexFunc(s.Objects, func(o map[string]any) bool {
		return is(o, version, resource, namespace) && metadata(o)["name"] == name
	})
	switch {
	case at < 0:
		answer(w, http.StatusNotFound, fmt.Sprintf("%s %q not found", resource, name))
		return
	case options.Preconditions["uid"] != "" && options.Preconditions["uid"] != metadata(s.Objects[at])["uid"]:
		answer(w, http.StatusConflict, "the UID in the precondition is another one")
		return
	}
	s.Objects = slices.Delete(s.Objects, at, at+1)
	if s.Deleted != nil {
		s.Deleted(name)
	}
	answer(w, http.StatusOK, "")
}

// answer writes the status object of an API server's answer.
func answer(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	how, reason := "Failure", map[int]string{http.StatusNotFound: "NotFound", http.StatusForbidden: "Forbidden"}[status]
	if status == http.StatusOK {
		how = "Success"
	}
	write(w, map[string]any{"apiVersion": "v1", "kind": "Status", "status": how, "reason": reason, "message": message, "code": status})
}

func write(w http.ResponseWriter, value any) { _ = json.NewEncoder(w).Encode(value) }
