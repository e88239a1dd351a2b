package main

import (
	"os"
	"path/filepath"

	"github.com/argoproj/argo-cd/v3/cmpserver/plugin"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

type pluginQuestion struct {
	Text       string // of plugin.yaml
	Parameters v1alpha1.ApplicationSourcePluginParameters
}

type pluginCommand struct{ Command, Environment []string }

// pluginOf is what the config management plugin server runs for a source.
func pluginOf(q pluginQuestion) (pluginCommand, error) {
	dir, err := os.MkdirTemp("", "plugin")
	if err != nil {
		return pluginCommand{}, err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, common.PluginConfigFileName), []byte(q.Text), 0o600); err != nil {
		return pluginCommand{}, err
	}
	config, err := plugin.ReadPluginConfig(dir)
	if err != nil {
		return pluginCommand{}, err
	}
	environment, err := q.Parameters.Environ()
	return pluginCommand{append(config.Spec.Generate.Command, config.Spec.Generate.Args...), environment}, err
}
