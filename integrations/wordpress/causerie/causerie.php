<?php
/**
 * Plugin Name:       Causerie
 * Description:       Adds the Causerie chat box to the site, for signed-in users.
 * Version:           0.1.0
 * Requires at least: 6.0
 * Requires PHP:      7.4
 * License:           Apache-2.0
 * Text Domain:       causerie
 *
 * @package Causerie
 */

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/settings.php';
require_once __DIR__ . '/token.php';

const CAUSERIE_SIGNED_OUT = 'causerie_signed_out';

add_action( 'wp_enqueue_scripts', 'causerie_enqueue' );
add_action( 'login_enqueue_scripts', 'causerie_enqueue' );
add_action( 'wp_footer', 'causerie_element' );
add_action( 'login_footer', 'causerie_element' );
add_action( 'wp_logout', 'causerie_remember_sign_out' );
add_filter( 'script_loader_tag', 'causerie_load_async', 10, 2 );

/**
 * Whether this page needs the chat: for a signed-in user, and once after the sign-out, so that it removes drafts and
 * unsent messages from the browser.
 */
function causerie_is_needed() {
	return '' !== causerie_secret() && get_option( 'causerie_server' ) && get_option( 'causerie_site' )
		&& ( is_user_logged_in() || isset( $_COOKIE[ CAUSERIE_SIGNED_OUT ] ) );
}

function causerie_enqueue() {
	if ( ! causerie_is_needed() ) {
		return;
	}
	// The service decides how long it is cached, so it has no version in its address.
	// phpcs:ignore WordPress.WP.EnqueuedResourceParameters.MissingVersion
	wp_enqueue_script( 'causerie', get_option( 'causerie_server' ) . '/causerie.js', array(), null, true );
	wp_enqueue_script( 'causerie-identify', plugins_url( 'identify.js', __FILE__ ), array(), '0.1.0', true );
}

function causerie_load_async( $tag, $handle ) {
	return 'causerie' === $handle ? str_replace( ' src=', ' async src=', $tag ) : $tag;
}

/** The settings are in attributes, so that no inline script is needed. */
function causerie_element() {
	if ( ! causerie_is_needed() ) {
		return;
	}
	$attributes = array(
		'site'   => get_option( 'causerie_site' ),
		'server' => get_option( 'causerie_server' ),
	);
	if ( is_user_logged_in() ) {
		$attributes['data-token-url'] = rest_url( 'causerie/v1/token' );
		$attributes['data-nonce-url'] = admin_url( 'admin-ajax.php?action=rest-nonce' );
		$attributes['data-nonce']     = wp_create_nonce( 'wp_rest' );
	} else {
		$attributes['data-signed-out'] = CAUSERIE_SIGNED_OUT . '=; Max-Age=0; Path=' . COOKIEPATH;
		$attributes['hidden']          = '';
	}
	echo '<causerie-chat';
	foreach ( $attributes as $name => $value ) {
		printf( ' %s="%s"', esc_attr( $name ), esc_attr( $value ) );
	}
	echo '></causerie-chat>';
}

/** The cookie is removed by identify.js, which must be able to read it. */
function causerie_remember_sign_out() {
	setcookie( CAUSERIE_SIGNED_OUT, '1', time() + WEEK_IN_SECONDS, COOKIEPATH, '', is_ssl(), false );
}
