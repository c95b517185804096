// A WordPress of Debian's package, with the plugin of integrations/wordpress, on a MariaDB of its own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SOURCE = '/usr/share/wordpress';
const PLUGIN = fileURLToPath(new URL('../../../integrations/wordpress/causerie', import.meta.url));
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
const find = (name) => FOLDERS.map((folder) => join(folder, name)).find(existsSync);
const [PHP, SERVER, INSTALL, CLIENT] = ['php', 'mariadbd', 'mariadb-install-db', 'mariadb'].map(
  find,
);

export const isInstalled = !!(PHP && SERVER && INSTALL && CLIENT) && existsSync(SOURCE);
export const NOT_INSTALLED =
  'WordPress is not installed: apt-get install --no-install-recommends wordpress php-cli php-mysql mariadb-server-core';

export const PASSWORD = 'a long password for the tests';

const CONFIG = (socket, origin) => `<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:${socket}' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'WP_HOME', '${origin}' );
define( 'WP_SITEURL', '${origin}' );
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'AUTH_KEY', 'for the tests 1' );
define( 'SECURE_AUTH_KEY', 'for the tests 2' );
define( 'LOGGED_IN_KEY', 'for the tests 3' );
define( 'NONCE_KEY', 'for the tests 4' );
$table_prefix = 'wp_';
defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );
require_once ABSPATH . 'wp-settings.php';
`;
const THEME = {
  'style.css': '/* Theme Name: Plain */',
  'index.php': `<!doctype html><html lang="en"><head><title>Acme</title><link rel="icon" href="data:,"><?php wp_head(); ?></head>
<body><h1>Acme</h1><?php wp_footer(); ?></body></html>`,
};
const SETUP = `define( 'WP_INSTALLING', true );
$_SERVER['HTTP_HOST'] = 'localhost';
require 'wp-load.php';
require 'wp-admin/includes/upgrade.php';
add_filter( 'pre_wp_mail', '__return_true' );
wp_install( 'Acme', 'admin', 'admin@example.com', true, '', '${PASSWORD}' );
switch_theme( 'plain' );
update_option( 'active_plugins', array( 'causerie/causerie.php' ) );
foreach ( array( 'ana' => 'Ana Ruiz', 'bo' => 'Bo Lind' ) as $login => $name ) {
	echo wp_insert_user( array( 'user_login' => $login, 'user_pass' => '${PASSWORD}', 'display_name' => $name, 'role' => 'subscriber' ) ), ' ';
}`;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function startDatabase(folder) {
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  const own = ['--no-defaults', `--datadir=${data}`, `--user=${userInfo().username}`];
  execFileSync(INSTALL, [...own, '--auth-root-authentication-method=normal', '--skip-test-db'], {
    stdio: 'ignore',
  });
  const child = spawn(
    SERVER,
    [...own, `--socket=${socket}`, '--skip-networking', `--pid-file=${folder}/pid`],
    { stdio: 'ignore' },
  );
  const create = [
    '--no-defaults',
    `--socket=${socket}`,
    '--user=root',
    '--execute',
    'CREATE DATABASE wordpress',
  ];
  for (let tries = 0; ; tries++)
    try {
      execFileSync(CLIENT, create, { stdio: 'pipe' });
      return { child, socket };
    } catch (error) {
      if (tries > 100 || child.exitCode !== null) throw error;
      await pause(200);
    }
}

/** `members` are the ids of Ana and Bo. */
export async function startWordPress() {
  const folder = mkdtempSync(join(tmpdir(), 'causerie-wordpress-'));
  const origin = `http://127.0.0.1:${await freePort()}`;
  const database = await startDatabase(folder);
  const root = join(folder, 'wordpress');
  cpSync(SOURCE, root, {
    recursive: true,
    dereference: true,
    filter: (path) => !path.includes('/wp-content/'),
  });
  cpSync(PLUGIN, join(root, 'wp-content/plugins/causerie'), { recursive: true });
  const theme = join(root, 'wp-content/themes/plain');
  mkdirSync(theme, { recursive: true });
  for (const [name, text] of Object.entries(THEME)) writeFileSync(join(theme, name), text);
  rmSync(join(root, 'wp-config.php'), { force: true });
  writeFileSync(join(root, 'wp-config.php'), CONFIG(database.socket, origin));
  const printed = execFileSync(PHP, ['-r', SETUP], { cwd: root, encoding: 'utf8' });
  const members = printed.trim().split(/\s+/).slice(-2);
  const env = { ...process.env, PHP_CLI_SERVER_WORKERS: '4' };
  const web = spawn(PHP, ['-S', new URL(origin).host, '-t', root], {
    env,
    stdio: 'ignore',
    detached: true,
  });
  const stop = async () => {
    process.kill(-web.pid);
    database.child.kill();
    await once(database.child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !(await fetch(origin).catch(() => undefined)); tries++) {
    if (tries > 100) throw new Error('php does not serve WordPress');
    await pause(100);
  }
  return { origin, members, stop };
}
