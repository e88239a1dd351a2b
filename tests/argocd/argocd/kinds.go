package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// kind is one that an API server has.
type kind struct {
	APIVersion, Kind string
	Namespaced       bool
}

type kinds []kind

func (all kinds) has(apiVersion, name string) bool {
	for _, k := range all {
		if k.APIVersion == apiVersion && k.Kind == name {
			return true
		}
	}
	return false
}

// IsNamespaced fails for a kind that is not there.
func (all kinds) IsNamespaced(of schema.GroupKind) (bool, error) {
	for _, k := range all {
		if schema.FromAPIVersionAndKind(k.APIVersion, k.Kind).GroupKind() == of {
			return k.Namespaced, nil
		}
	}
	return false, fmt.Errorf("there is no %s", of)
}

// discovery answers what resources there are, and nothing else.
func (all kinds) discovery() (*rest.Config, func()) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		version := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/apis/"), "/api/")
		list := metav1.APIResourceList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIResourceList"}, GroupVersion: version}
		for _, k := range all {
			if k.APIVersion == version {
				list.APIResources = append(list.APIResources, metav1.APIResource{
					Name: strings.ToLower(k.Kind) + "s", Kind: k.Kind, Namespaced: k.Namespaced, Verbs: metav1.Verbs{"get", "delete"},
				})
			}
		}
		if list.APIResources == nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(list)
	}))
	return &rest.Config{Host: server.URL}, server.Close
}
