import { type Fault, web } from './fault.ts';

/** Faults of the program in a container. */
export const programFaults: Readonly<Record<string, Fault>> = {
  'missing-program': {
    title: 'A command that the image does not have',
    files: { 'compose.yaml': web('command: gunicorn app:main') },
  },
  'missing-path': {
    title: 'A command with a path that does not exist',
    files: { 'compose.yaml': web('entrypoint: /app/start.sh') },
  },
  'not-executable': {
    title: 'A script that is not executable',
    files: {
      'compose.yaml': web('command: /app/start.sh', 'volumes:', '  - ./start.sh:/app/start.sh'),
      'start.sh': '#!/bin/sh\nexec sleep 1000\n',
    },
  },
  'missing-interpreter': {
    title: 'A script whose interpreter the image does not have',
    args: ['up', '-d', '--wait'],
    files: {
      'compose.yaml': web(
        'command: /start.sh',
        'healthcheck: {test: "true"}',
        'configs:',
        '  - source: start',
        '    target: /start.sh',
        '    mode: 0755',
      ).concat('configs:\n  start:\n    content: |\n      #!/bin/bash\n      exec sleep 1000\n'),
    },
  },
  'windows-lines': {
    title: 'A script with the line ends of Windows',
    args: ['up', '-d', '--wait'],
    files: {
      'compose.yaml': web(
        'command: /bin/start.sh',
        'healthcheck: {test: "true"}',
        'configs:',
        '  - source: start',
        '    target: /bin/start.sh',
        '    mode: 0755',
      ).concat('configs:\n  start:\n    environment: START\n'),
    },
    arrange: async () => ({ env: { START: '#!/bin/sh\r\nexec sleep 1000\r\n' }, end: async () => {} }),
  },
  'unknown-in-shell': {
    title: 'A shell that does not find the program',
    args: ['up', '-d', '--wait'],
    files: { 'compose.yaml': web('command: sh -c "npm start"', 'healthcheck:', '  test: "false"') },
  },
  crash: {
    title: 'A dependency that crashes',
    files: {
      'compose.yaml': `services:
  db:
    image: busybox
    command: ["sh", "-c", "echo 'reading /etc/db.conf'; echo 'FATAL: data directory has wrong ownership'; exit 1"]
    healthcheck:
      test: "true"
  web:
    image: busybox
    command: sleep 1000
    depends_on:
      db:
        condition: service_healthy
`,
    },
  },
  'crash-loop': {
    title: 'A service that crashes again and again',
    args: ['up', '-d', '--wait', '--wait-timeout', '20'],
    files: {
      'compose.yaml': web(
        `command: sh -c "echo 'cannot connect to db:5432'; exit 3"`,
        'restart: on-failure:2',
        'healthcheck:',
        '  test: "true"',
      ),
    },
  },
  'out-of-memory': {
    title: 'More memory than the limit allows',
    args: ['up', '-d', '--wait'],
    files: {
      'compose.yaml': web(
        'command: sh -c "sleep 0.2; tail /dev/zero"',
        'mem_limit: 16m',
        'memswap_limit: 16m',
        'healthcheck:',
        '  test: sleep 100',
      ),
    },
  },
  'failed-job': {
    title: 'A migration that fails',
    files: {
      'compose.yaml': `services:
  migrate:
    image: busybox
    command: ["sh", "-c", "echo 'applying 0007_orders'; echo 'ERROR: relation orders already exists'; exit 7"]
  web:
    image: busybox
    command: sleep 1000
    depends_on:
      migrate:
        condition: service_completed_successfully
`,
    },
  },
  'failing-probe': {
    // As below: more than those that count may be shown.
    steady: [[/( {4}\| exit 1: no response.*\n)\1{2,}/g, '$1$1']],
    title: 'A health check that fails',
    files: {
      'compose.yaml': `services:
  db:
    image: busybox
    init: true
    command: sleep 1000
    healthcheck:
      test: "echo 'no response on port 5432'; exit 1"
      interval: 100ms
      retries: 2
  web:
    image: busybox
    command: sleep 1000
    depends_on:
      db:
        condition: service_healthy
`,
    },
  },
  'missing-probe': {
    // The native engine probes at once: its first failure does not count, and may be shown.
    steady: [[/( {4}\| cannot be run.*\n)\1+/g, '$1']],
    title: 'A health check whose program the image does not have',
    args: ['up', '-d', '--wait'],
    files: {
      'compose.yaml': web(
        'init: true',
        'command: sleep 1000',
        'healthcheck:',
        '  test: ["CMD", "curl", "-f", "http://localhost"]',
        '  interval: 100ms',
        '  retries: 1',
      ),
    },
  },
  'slow-probe': {
    title: 'A health check that takes longer than its timeout',
    args: ['up', '-d', '--wait'],
    files: {
      'compose.yaml': web(
        'init: true',
        'command: sleep 1000',
        'healthcheck:',
        '  test: "sleep 60"',
        '  interval: 100ms',
        '  timeout: 200ms',
        '  retries: 1',
      ),
    },
  },
  'no-healthcheck': {
    title: 'Waiting for a health check that nobody defined',
    files: {
      'compose.yaml': `services:
  db:
    image: busybox
    init: true
    command: sleep 1000
  web:
    image: busybox
    command: sleep 1000
    depends_on:
      db:
        condition: service_healthy
`,
    },
  },
  'read-only-root': {
    title: 'A program that writes to a read-only file system',
    args: ['up', '-d', '--wait'],
    files: {
      'compose.yaml': web(
        'command: sh -c "echo $$$$ > /run/web.pid && sleep 1000"',
        'read_only: true',
        'healthcheck:',
        '  test: "true"',
      ),
    },
  },
  'unknown-user': {
    title: 'A user that the image does not have',
    files: { 'compose.yaml': web('command: sleep 1000', 'user: node') },
  },
  'missing-folder': {
    title: 'A working directory that is a file',
    files: { 'compose.yaml': web('command: sleep 1000', 'working_dir: /etc/passwd') },
  },
};
