import { images } from '../support/engine.ts';

/**
 * One service for each way of writing each attribute that shapes a container. Not all of them can be started
 * everywhere (devices, cgroups), all can be created from API 1.41 on; `newer` needs 1.48.
 */
export function attributeProject(newer: boolean): Readonly<Record<string, string>> {
  return {
    'settings.txt': 'from a file\n',
    'service.env': 'FILE_A=1\nFILE_B=two words\n',
    'folder/keep': '',
    'compose.yaml': `
x-base: &s
  image: ${images.busybox}
  command: sleep 1000
services:
  plain: *s
  environment: {<<: *s, environment: {A: "1", B: "two words", EMPTY: "", UNSET: null, QUOTES: 'a"b<c>&d'}, env_file: [service.env]}
  environment-list: {<<: *s, environment: ['A=1', 'UNSET', 'C=x=y']}
  command-list: {<<: *s, command: ['sleep', '1000'], entrypoint: ['/bin/sh', '-c', 'exec "$$@"', '--']}
  command-text: {<<: *s, command: sh -c "echo 'hi there' && sleep 1000", entrypoint: ""}
  entrypoint-empty: {<<: *s, entrypoint: []}
  ports: {<<: *s, ports: ['18080:80', '127.0.0.1:18081:81', '18090-18092:90-92', '18100-18105:100', '15353:53/udp', '85', '127.0.0.1::86', {target: 87, published: "18087", host_ip: 127.0.0.1, protocol: tcp, mode: host}, '[::1]:18088:88', '8000-8002']}
  expose: {<<: *s, expose: ['3000', '8000-8002', '99/udp']}
  volumes:
    <<: *s
    volumes:
      - data:/data
      - labelled:/labelled:ro
      - /anonymous
      - {type: volume, source: data, target: /nocopy, volume: {nocopy: true}}
      - {type: volume, target: /anonymous-2}
      - {type: tmpfs, target: /tmpfs, tmpfs: {size: 1m, mode: 0700}}
      - {type: tmpfs, target: /tmpfs-2}
      - named:/named
  binds:
    <<: *s
    volumes:
      - ./folder:/short
      - ./folder:/short-ro:ro
      - {type: bind, source: ./folder, target: /propagation, read_only: true, bind: {propagation: rprivate, create_host_path: true}}
      - {type: bind, source: ./folder, target: /must-exist, bind: {create_host_path: false}}
  tmpfs: {<<: *s, tmpfs: ['/run', '/tmp:size=64k,mode=1777']}
  tmpfs-text: {<<: *s, tmpfs: /run}
  healthcheck: {<<: *s, healthcheck: {test: "true", interval: 10s, timeout: 5s, retries: 3, start_period: 1s}}
  healthcheck-cmd: {<<: *s, healthcheck: {test: [CMD, 'true']}}
  healthcheck-shell: {<<: *s, healthcheck: {test: [CMD-SHELL, 'exit 0'], interval: 1m30s}}
  healthcheck-none: {<<: *s, healthcheck: {test: [NONE]}}
  healthcheck-disabled: {<<: *s, healthcheck: {disable: true}}
  links: {<<: *s, links: [plain, 'environment:environ']}
  network-of-service: {<<: *s, network_mode: 'service:plain'}
  network-host: {<<: *s, network_mode: host}
  network-none: {<<: *s, network_mode: none}
  volume-source: {<<: *s, volumes: ['data:/data', /anonymous], tmpfs: /run}
  volumes-from: {<<: *s, volumes_from: [volume-source]}
  volumes-from-ro: {<<: *s, volumes_from: ['volume-source:ro']}
  ipc: {<<: *s, ipc: shareable}
  ipc-of-service: {<<: *s, ipc: 'service:ipc'}
  pid-of-service: {<<: *s, pid: 'service:plain'}
  pid-host: {<<: *s, pid: host}
  uts: {<<: *s, uts: host}
  extra-hosts: {<<: *s, extra_hosts: ['a.test:10.0.0.1', 'b.test=10.0.0.2', 'v6.test:[::1]', 'gateway:host-gateway', 'a.test:10.0.0.9']}
  ulimits: {<<: *s, ulimits: {nofile: {soft: 100, hard: 200}, nproc: 65535, core: -1}}
  sysctls: {<<: *s, sysctls: {net.core.somaxconn: 1024, net.ipv4.ip_forward: "1"}}
  deploy: {<<: *s, deploy: {resources: {limits: {cpus: '0.50', memory: 50M, pids: 100}, reservations: {cpus: '0.25', memory: 20M}}, restart_policy: {condition: on-failure, max_attempts: 3}, labels: {swarm: only}}}
  deploy-any: {<<: *s, deploy: {replicas: 2, restart_policy: {condition: any}}}
  deploy-no-condition: {<<: *s, deploy: {restart_policy: {delay: 5s}}}
  memory: {<<: *s, mem_limit: 64m, mem_reservation: 32m, memswap_limit: 128m, mem_swappiness: 10, oom_score_adj: 100}
  cpu: {<<: *s, cpus: 0.5, cpu_shares: 512, cpuset: '0'}
  cpu-quota: {<<: *s, cpu_period: 100000, cpu_quota: 50000, pids_limit: 50}
  labels: {<<: *s, labels: {a.b: c, number: 1, empty: ''}}
  labels-list: {<<: *s, labels: ['a=b', 'c']}
  files:
    <<: *s
    configs: [from-file, {source: from-file, target: /etc/app.cfg}, {source: content, target: /etc/c.cfg}]
    secrets: [file-secret, {source: variable, target: secret, mode: 0400, uid: '5', gid: '6'}]
  networks:
    <<: *s
    networks:
      front: {aliases: [f1, f2], ipv4_address: 10.231.7.10, priority: 10}
  networks-list: {<<: *s, networks: [back]}
  mac-address: {<<: *s, mac_address: '02:42:ac:11:00:99'}
  container-name: {<<: *s, container_name: "custom-$COMPOSE_PROJECT_NAME"}
  scaled: {<<: *s, scale: 3}
  init: {<<: *s, init: true}
  init-false: {<<: *s, init: false}
  stop: {<<: *s, stop_signal: SIGUSR1, stop_grace_period: 1m30s}
  stop-fraction: {<<: *s, stop_grace_period: 500ms}
  logging: {<<: *s, logging: {driver: json-file, options: {max-size: 1m, max-file: "2"}}}
  logging-options: {<<: *s, logging: {options: {max-size: 1m}}}
  logging-none: {<<: *s, logging: {driver: none}}
  capabilities: {<<: *s, cap_add: [NET_ADMIN, SYS_TIME], cap_drop: [ALL]}
  security: {<<: *s, security_opt: ['no-new-privileges:true', 'seccomp:unconfined', 'label:disable']}
  security-paths: {<<: *s, security_opt: ['systempaths=unconfined', 'apparmor=unconfined', 'no-new-privileges']}
  dns: {<<: *s, dns: [10.0.0.53, 10.0.0.54], dns_search: [a.test, b.test], dns_opt: ['ndots:2', 'use-vc']}
  dns-text: {<<: *s, dns: 10.0.0.53, dns_search: a.test}
  groups: {<<: *s, group_add: [root, 1000]}
  user: {<<: *s, user: '1000:1000', working_dir: /tmp}
  devices: {<<: *s, devices: ['/dev/null:/dev/mynull:r', '/dev/zero', '/dev/full:/dev/f'], device_cgroup_rules: ['c 1:3 mr']}
  shm: {<<: *s, shm_size: 64m}
  shm-bytes: {<<: *s, shm_size: 1048576}
  cgroup-parent: {<<: *s, cgroup_parent: /parent}
  cgroup: {<<: *s, cgroup: private}
  restart-always: {<<: *s, restart: always}
  restart-counted: {<<: *s, restart: 'on-failure:5'}
  restart-unless-stopped: {<<: *s, restart: unless-stopped}
  restart-no: {<<: *s, restart: 'no'}
  restart-on-failure: {<<: *s, restart: on-failure}
  terminal: {<<: *s, tty: true, stdin_open: true}
  hostname: {<<: *s, hostname: box, domainname: example.test}
  read-only: {<<: *s, read_only: true, privileged: true}
  platform: {<<: *s, platform: linux/amd64}
  blkio: {<<: *s, blkio_config: {weight: 300, device_read_bps: [{path: /dev/null, rate: '12mb'}], device_write_iops: [{path: /dev/null, rate: 30}], weight_device: [{path: /dev/null, weight: 400}]}}
  depends: {<<: *s, depends_on: {plain: {condition: service_started, restart: true}, labels: {condition: service_healthy, required: false}}}
  depends-list: {<<: *s, depends_on: [plain]}
  user-namespace: {<<: *s, userns_mode: host}
  runtime: {<<: *s, runtime: runc}
  attach: {<<: *s, attach: false}
  extension: {<<: *s, x-foo: 1}
${newer ? newerServices : ''}
volumes:
  data:
  labelled: {labels: {a: b}}
  named: {name: "other-$COMPOSE_PROJECT_NAME", driver: local, driver_opts: {type: tmpfs, device: tmpfs, o: 'size=1m'}}
networks:
  default:
  front: {ipam: {driver: default, config: [{subnet: 10.231.7.0/24, gateway: 10.231.7.1, ip_range: 10.231.7.128/25, aux_addresses: {host: 10.231.7.5}}]}, labels: {n: '1'}}
  back: {internal: true, attachable: true, driver: bridge, driver_opts: {com.docker.network.driver.mtu: "1400"}}
  third: {name: "third-$COMPOSE_PROJECT_NAME", enable_ipv6: false}
configs:
  from-file: {file: ./settings.txt}
  content: {content: "hello $$x\\n"}
secrets:
  file-secret: {file: ./settings.txt}
  variable: {environment: HOME}
`,
  };
}

const newerServices = `
  annotations: {<<: *s, annotations: {x: y}}
  start-interval: {<<: *s, healthcheck: {test: "true", start_period: 1s, start_interval: 500ms}}
  networks-ordered:
    <<: *s
    networks:
      front: {aliases: [f3], ipv4_address: 10.231.7.11, priority: 10}
      back: {priority: 100, mac_address: '02:42:ac:11:00:77', driver_opts: {com.example.x: y}}
      third: {gw_priority: 5, link_local_ips: [169.254.8.8]}
`;
