#!/bin/sh
# 各进程一个密钥文件夹，各归各的用户 (a key folder for each process, each owned by the user of that process).
# 用法 (use): split-keys.sh 全部密钥的文件夹 目标文件夹 [web的用户 worker的用户 scheduler的用户]
# 目标里有 web、worker、scheduler 三个文件夹；私钥各只在一个里面。再运行一次会换成新的密钥，不留旧文件。
set -eu
umask 077
from=$1 to=$2
web=${3:-huiyin-web} worker=${4:-huiyin-worker} scheduler=${5:-huiyin-scheduler}
[ -f "$from/pepper" ] || { echo "✗ $from 里没有密钥 (no keys there)" >&2; exit 1; }
mkdir -p "$to"
chmod 711 "$to"
for process in web worker scheduler; do
  rm -rf "$to/.$process" && mkdir "$to/.$process"
  for file in "$from"/*; do
    case $(basename "$file") in
      checkpoint) [ $process = scheduler ] || continue ;;
      worker) continue ;;
    esac
    [ -f "$file" ] && cp "$file" "$to/.$process/"
  done
  cp -r "$from/quarters" "$to/.$process/quarters"
done
cp -r "$from/worker" "$to/.worker/worker"
chown -R "$web" "$to/.web"
chown -R "$worker" "$to/.worker"
chown -R "$scheduler" "$to/.scheduler"
for process in web worker scheduler; do
  chmod -R go= "$to/.$process"
  rm -rf "${to:?}/$process"
  mv "$to/.$process" "$to/$process"
done
