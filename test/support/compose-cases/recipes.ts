/** Projects in the styles that people publish; cases are made by changing them. */
export const recipes: readonly string[] = [
  `
version: '3.1'
services:
  wordpress:
    image: wordpress
    restart: always
    ports:
      - 8080:80
    environment:
      WORDPRESS_DB_HOST: db
      WORDPRESS_DB_USER: exampleuser
      WORDPRESS_DB_PASSWORD: examplepass
      WORDPRESS_CONFIG_EXTRA: |
        define('WP_DEBUG', true);
        /* Multisite */
        define('WP_ALLOW_MULTISITE', true );
    volumes:
      - wordpress:/var/www/html
  db:
    image: mysql:8.0
    command: --default-authentication-plugin=mysql_native_password
    environment:
      MYSQL_RANDOM_ROOT_PASSWORD: '1'
      MYSQL_DATABASE: exampledb
    volumes:
      - db:/var/lib/mysql
volumes:
  wordpress:
  db:
`,
  `
services:
  traefik:
    image: "traefik:v3.1"
    container_name: traefik
    command:
      #- "--log.level=DEBUG"
      - "--providers.docker=true"
      - "--providers.docker.exposedbydefault=false"
      - "--entryPoints.websecure.address=:443"
      - "--certificatesresolvers.myresolver.acme.email=\${ACME_EMAIL:-postmaster@example.com}"
    ports:
      - "443:443"
      - "127.0.0.1:8080:8080"
    volumes:
      - "./letsencrypt:/letsencrypt"
      - "/var/run/docker.sock:/var/run/docker.sock:ro"
    labels:
      - traefik.enable=true
      - "traefik.http.middlewares.auth.basicauth.users=test:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj/"
      - traefik.http.routers.api.rule=Host(\`traefik.example.com\`) && PathPrefix(\`/api\`)
  whoami:
    image: traefik/whoami
    labels:
      traefik.enable: true
      traefik.http.routers.whoami.rule: "Host(\`whoami.example.com\`)"
      traefik.http.services.whoami.loadbalancer.server.port: 80
    depends_on: [traefik]
`,
  `
version: "3.8"
x-logging: &default-logging
  driver: json-file
  options:
    max-size: "10m"
    max-file: "3"
x-app: &app
  image: "registry.example.com/app:\${TAG:-latest}"
  restart: unless-stopped
  logging: *default-logging
  environment: &app-env
    RAILS_ENV: production
    DATABASE_URL: postgres://app:\${DB_PASSWORD:?err}@db:5432/app
    SECRET_KEY_BASE:
services:
  app:
    <<: *app
    ports: ["3000:3000"]
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:3000/up"]
      interval: 30s
      timeout: 5s
      retries: 3
      start_period: 40s
    depends_on:
      db: {condition: service_healthy, restart: true}
  worker:
    <<: *app
    command: bundle exec sidekiq -c \${WORKERS:-5}
    environment:
      <<: *app-env
      ROLE: worker
  db:
    image: postgres:16-alpine
    logging: *default-logging
    shm_size: 128mb
    environment:
      - POSTGRES_PASSWORD=\${DB_PASSWORD}
      - POSTGRES_INITDB_ARGS=--data-checksums --locale=C
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U $$POSTGRES_USER -d $$POSTGRES_DB"]
      interval: 1m30s
    volumes:
      - type: volume
        source: pg
        target: /var/lib/postgresql/data
        volume:
          nocopy: true
volumes: {pg: {}}
`,
  `
version: '3.6'
services:
  web:
    image: 'gitlab/gitlab-ce:latest'
    restart: always
    hostname: 'gitlab.example.com'
    environment:
      GITLAB_OMNIBUS_CONFIG: |
        external_url 'https://gitlab.example.com'
        gitlab_rails['gitlab_shell_ssh_port'] = 2224
        # Add any other gitlab.rb configuration here, each on its own line
        nginx['custom_gitlab_server_config'] = "location / { return 200; }"
      GITLAB_ROOT_PASSWORD: >-
        a folded
        password

        with a paragraph
    ports:
      - '80:80'
      - '443:443'
      - '2224:22'
    volumes:
      - '$GITLAB_HOME/config:/etc/gitlab'
      - '\${GITLAB_HOME:-/srv/gitlab}/logs:/var/log/gitlab'
    shm_size: '256m'
`,
  `
networks:
  monitor-net:
    driver: bridge
    ipam:
      config:
        - subnet: 172.30.0.0/24
volumes:
    prometheus_data: {}
    grafana_data: {}
services:
  prometheus:
    image: prom/prometheus:v2.37.0
    user: root
    volumes:
      - ./prometheus:/etc/prometheus
      - prometheus_data:/prometheus
    command:
      - '--config.file=/etc/prometheus/prometheus.yml'
      - '--storage.tsdb.retention.time=200h'
      - '--web.enable-lifecycle'
    expose:
      - 9090
    networks:
      - monitor-net
    labels:
      org.label-schema.group: "monitoring"
  nodeexporter:
    image: prom/node-exporter:v1.3.1
    volumes:
      - /proc:/host/proc:ro
      - /:/rootfs:ro
    command:
      - '--collector.filesystem.ignored-mount-points=^/(sys|proc|dev|host|etc)($$|/)'
    pid: host
    networks: [monitor-net]
  cadvisor:
    image: gcr.io/cadvisor/cadvisor:v0.44.0
    privileged: true
    devices:
      - /dev/kmsg:/dev/kmsg
    deploy:
      mode: global
      resources: {limits: {cpus: '0.50', memory: 50M}, reservations: {memory: 20M}}
  grafana:
    image: grafana/grafana:8.5.2
    environment:
      - GF_SECURITY_ADMIN_USER=\${ADMIN_USER:-admin}
      - GF_SECURITY_ADMIN_PASSWORD=\${ADMIN_PASSWORD:-admin}
      - GF_USERS_ALLOW_SIGN_UP=false
      - "GF_SERVER_ROOT_URL=%(protocol)s://%(domain)s/grafana/"
    networks:
      monitor-net:
        ipv4_address: 172.30.0.5
        aliases:
          - graf
`,
  `
services:
  frontend:
    build:
      context: frontend
      target: development
      args:
        NODE_VERSION: 20
    networks: [client-side]
    volumes:
      - ./frontend/src:/code/src:ro
      - /code/node_modules
networks: {client-side: }
`,
  `
services:
  es01:
    image: docker.elastic.co/elasticsearch/elasticsearch:\${STACK_VERSION:-8.11.1}
    environment:
      - node.name=es01
      - cluster.initial_master_nodes=es01,es02
      - bootstrap.memory_lock=true
      - "ES_JAVA_OPTS=-Xms512m -Xmx512m"
      - xpack.security.http.ssl.key=certs/es01/es01.key
    mem_limit: \${MEM_LIMIT:-1073741824}
    ulimits:
      memlock:
        soft: -1
        hard: -1
      nofile: 65536
    healthcheck:
      test:
        [
          "CMD-SHELL",
          "curl -s --cacert config/certs/ca/ca.crt https://localhost:9200 | grep -q 'missing authentication credentials'",
        ]
      interval: 10s
      timeout: 10s
      retries: 120
    cap_add: [IPC_LOCK]
  setup:
    image: busybox
    user: "0"
    command: >
      bash -c '
        if [ x\${ELASTIC_PASSWORD:-} == x ]; then
          echo "Set the ELASTIC_PASSWORD environment variable in the .env file";
          exit 1;
        fi;
        echo "All done!";
      '
    depends_on:
      es01:
        condition: service_healthy
`,
  `
version: "3.9"
services:
  redis:
    image: redis:alpine
    deploy:
      replicas: 2
      update_config: {parallelism: 2, delay: 10s}
      restart_policy:
        condition: on-failure
        delay: 5s
        max_attempts: 3
        window: 120s
      placement:
        constraints: [node.role == manager]
        preferences:
          - spread: node.labels.zone
      labels: [APP=VOTING]
    networks:
      - frontend
    sysctls:
      net.core.somaxconn: 1024
    configs:
      - source: redis_conf
        target: /usr/local/etc/redis/redis.conf
        mode: 0440
    secrets: [pw]
networks:
  frontend:
    external: true
configs:
  redis_conf:
    content: |
      maxmemory \${REDIS_MEM:-256mb}
      save ""
secrets:
  pw:
    file: ./pw.txt
`,
  `
name: dev-\${STAGE:-local}
services:
  api:
    build: {context: ., dockerfile: docker/Dockerfile, cache_from: ["type=gha"], ssh: [default]}
    develop:
      watch:
        - action: sync
          path: ./src
          target: /app/src
          ignore: [node_modules/]
        - action: rebuild
          path: package.json
    env_file:
      - path: ./missing.env
        required: false
    extra_hosts: ["host.docker.internal:host-gateway"]
    profiles: [ dev ]
    gpus: all
    stop_grace_period: 1m30s
  gpu:
    image: nvidia/cuda
    command: ["nvidia-smi", "--query-gpu=name"]
    runtime: nvidia
    deploy:
      resources:
        reservations:
          devices:
            - driver: nvidia
              count: all
              capabilities: [gpu, utility]
`,
  `
# yaml written by hand, tersely
services: {web: {image: nginx, ports: ['80:80', 443:443], volumes: [.:/usr/share/nginx/html:ro], tmpfs: /run, dns: 8.8.8.8}, job: {image: alpine, command: [sh, -c, "echo \\"hi\\" && date '+%F'"], profiles: [once], init: true, network_mode: none}}
`,
  `
services:
  vpn:
    image: qmcgaw/gluetun
    cap_add:
      - NET_ADMIN
    environment:
      - VPN_SERVICE_PROVIDER=custom
      - WIREGUARD_PRIVATE_KEY=wOEI9rqqbDwnN8/Bpp22sVz48T71vJ4fYmFWujulwUU=
      - SERVER_COUNTRIES=Netherlands,Norway
    ports: [8888:8888/tcp, 8388:8388/udp, '6881:6881']
    sysctls:
      - net.ipv6.conf.all.disable_ipv6=1
  qbittorrent:
    image: lscr.io/linuxserver/qbittorrent
    network_mode: "service:vpn"
    environment: [PUID=1000, PGID=1000, TZ=Etc/UTC, WEBUI_PORT=8080, UMASK=022]
    volumes:
      - /opt/appdata/config:/config
      - media:/downloads:rw
    restart: "no"
    depends_on: {vpn: {condition: service_healthy, required: false}}
volumes:
  media:
    driver: local
    driver_opts:
      type: nfs
      o: "addr=192.168.1.10,nolock,soft,rw"
      device: ":/volume1/media"
`,
  `
x-airflow-common:
  &airflow-common
  image: \${AIRFLOW_IMAGE_NAME:-apache/airflow:2.9.1}
  environment:
    &airflow-common-env
    AIRFLOW__CORE__EXECUTOR: CeleryExecutor
    AIRFLOW__CORE__FERNET_KEY: ''
    AIRFLOW__CORE__LOAD_EXAMPLES: 'true'
    AIRFLOW__API__AUTH_BACKENDS: 'airflow.api.auth.backend.basic_auth,airflow.api.auth.backend.session'
    _PIP_ADDITIONAL_REQUIREMENTS: \${_PIP_ADDITIONAL_REQUIREMENTS:-}
  volumes:
    - \${AIRFLOW_PROJ_DIR:-.}/dags:/opt/airflow/dags
  user: "\${AIRFLOW_UID:-50000}:0"
  depends_on:
    &airflow-common-depends-on
    redis:
      condition: service_healthy
services:
  redis:
    image: redis:7.2-bookworm
    expose:
      - 6379
    healthcheck:
      test: ["CMD", "redis-cli", "ping"]
  airflow-webserver:
    <<: *airflow-common
    command: webserver
    healthcheck:
      test: ["CMD", "curl", "--fail", "http://localhost:8080/health"]
      interval: 30s
    depends_on:
      <<: *airflow-common-depends-on
      airflow-init:
        condition: service_completed_successfully
  airflow-init:
    <<: *airflow-common
    entrypoint: /bin/bash
    # yamllint disable rule:line-length
    command:
      - -c
      - |
        if [[ -z "\${AIRFLOW_UID}" ]]; then
          echo -e "\\033[1;33mWARNING!!!: AIRFLOW_UID not set!\\e[0m"
        fi
        exec /entrypoint airflow version
    environment:
      <<: *airflow-common-env
      _AIRFLOW_DB_MIGRATE: 'true'
`,
  `
services:
  nextcloud: &nextcloud
    image: nextcloud:\${NC:-29}-apache
    links: [db]
    volumes: &vols
      - nc:/var/www/html
      - {type: bind, source: ./custom_apps, target: /var/www/html/custom_apps, bind: {create_host_path: false}}
    environment: &env {MYSQL_HOST: db, OVERWRITEPROTOCOL: https, PHP_MEMORY_LIMIT: 1G, TRUSTED: "a b"}
  cron:
    <<: *nextcloud
    entrypoint: /cron.sh
    volumes: *vols
  db: {image: "mariadb:10.6", command: --transaction-isolation=READ-COMMITTED --log-bin=binlog, environment: {<<: *env, MYSQL_ROOT_PASSWORD: }}
volumes:
  nc: {name: "nextcloud_\${SUFFIX-data}", labels: {backup: "yes"}}
`,
  `
version: '2.4'
services:
  zookeeper:
    image: confluentinc/cp-zookeeper:7.4.4
    environment:
      ZOOKEEPER_CLIENT_PORT: 2181
      ZOOKEEPER_TICK_TIME: 2000
    cpus: 0.5
    mem_limit: 512m
    mem_reservation: 128M
  kafka:
    image: confluentinc/cp-kafka:7.4.4
    depends_on:
      - zookeeper
    ports:
      - 29092:29092
      - target: 9101
        published: "9101"
        protocol: tcp
        mode: host
    environment:
      KAFKA_BROKER_ID: 1
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:9092,PLAINTEXT_HOST://localhost:29092
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "true"
      KAFKA_LOG_RETENTION_MS: -1
    stop_signal: SIGINT
    stop_grace_period: 30s
    blkio_config: {weight: 300}
    oom_score_adj: -500
`,
];
