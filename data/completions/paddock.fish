# SPDX-License-Identifier: GPL-3.0-or-later
# Completions for fish.

set -l commands details refresh quit status watch history login logout

complete -c paddock -f
complete -c paddock -n "not __fish_seen_subcommand_from $commands" -a details -d 'Show the details window of the running applet'
complete -c paddock -n "not __fish_seen_subcommand_from $commands" -a refresh -d 'Make the running applet ask again now'
complete -c paddock -n "not __fish_seen_subcommand_from $commands" -a quit -d 'End the running applet'
complete -c paddock -n "not __fish_seen_subcommand_from $commands" -a status -d 'Print what is known, and exit'
complete -c paddock -n "not __fish_seen_subcommand_from $commands" -a watch -d 'Print a line at every change'
complete -c paddock -n "not __fish_seen_subcommand_from $commands" -a history -d 'Print what is kept of days and hours gone by'
complete -c paddock -n "not __fish_seen_subcommand_from $commands" -a login -d 'Put an API key of Ollama Cloud into the keyring'
complete -c paddock -n "not __fish_seen_subcommand_from $commands" -a logout -d 'Take it out of the keyring'

complete -c paddock -n "not __fish_seen_subcommand_from $commands" -l version -d 'Print the version'
complete -c paddock -n "not __fish_seen_subcommand_from $commands" -s h -l help -d 'Print the help'
complete -c paddock -n "not __fish_seen_subcommand_from login logout" -l demo -d 'Show built-in sample data'
complete -c paddock -l config -r -F -d 'Use this settings file'
complete -c paddock -n "__fish_seen_subcommand_from status watch history" -l json -d 'Print JSON'
complete -c paddock -n "__fish_seen_subcommand_from status watch history login logout" -l account -x -d 'This account alone'
complete -c paddock -n "__fish_seen_subcommand_from watch" -l format -x -a waybar -d 'Print for a bar'
complete -c paddock -n "__fish_seen_subcommand_from watch" -l interval -x -d 'Ask this often, in seconds'
complete -c paddock -n "__fish_seen_subcommand_from history" -l csv -d 'Print CSV'
complete -c paddock -n "__fish_seen_subcommand_from history" -l days -x -d 'This many days up to today alone'
