# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Completions for bash, by the help of bash-completion.

_paddock() {
  local cur prev words cword split
  _init_completion -s || return

  local commands='details refresh quit status watch history login logout'
  local word command='' options

  case $prev in
    --config)
      _filedir json
      return ;;
    --format)
      mapfile -t COMPREPLY < <(compgen -W 'waybar' -- "$cur")
      return ;;
    --account | --days | --interval)
      return ;;
  esac
  $split && return

  for word in "${words[@]:1:cword-1}"; do
    case " $commands " in
      *" $word "*) command=$word ;;
    esac
  done
  case $command in
    status) options='--json --account= --config= --demo' ;;
    watch) options='--json --format= --interval= --account= --config= --demo' ;;
    history) options='--json --csv --days= --account= --config= --demo' ;;
    login | logout) options='--account= --config=' ;;
    details | refresh | quit) options='--config= --demo' ;;
    *) options='--config= --demo --version --help' ;;
  esac

  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur")
  fi
} && complete -F _paddock paddock
