<?php
/**
 * The tokens of signed-in users: POST /wp-json/causerie/v1/token.
 *
 * @package Causerie
 */

defined( 'ABSPATH' ) || exit;

const CAUSERIE_TOKEN_LIFETIME = 300;

add_action( 'rest_api_init', 'causerie_register_route' );

function causerie_register_route() {
	register_rest_route(
		'causerie/v1',
		'/token',
		array(
			'methods'             => 'POST',
			'callback'            => 'causerie_token_response',
			// WordPress signs a user in to the REST API only with the nonce in X-WP-Nonce.
			'permission_callback' => 'is_user_logged_in',
		)
	);
}

function causerie_token_response() {
	if ( '' === causerie_secret() ) {
		return new WP_Error( 'causerie_no_secret', __( 'Causerie has no secret.', 'causerie' ), array( 'status' => 500 ) );
	}
	$response = new WP_REST_Response( array( 'token' => causerie_token( wp_get_current_user() ) ) );
	$response->header( 'Cache-Control', 'no-store' );
	return $response;
}

/**
 * A JWT of the user, signed with HS256.
 *
 * @param WP_User $user The signed-in user.
 */
function causerie_token( $user ) {
	$now    = time();
	$claims = array(
		'sub'  => (string) $user->ID,
		'name' => $user->display_name,
		'site' => get_option( 'causerie_site' ),
		'role' => 'member',
		'aud'  => 'causerie',
		'iss'  => 'causerie',
		'iat'  => $now,
		'exp'  => $now + CAUSERIE_TOKEN_LIFETIME,
	);
	/**
	 * Filters the claims, for example to give `role` the value `staff` for editors, or to add `picture`.
	 *
	 * @param array   $claims The claims.
	 * @param WP_User $user   The signed-in user.
	 */
	$claims = apply_filters( 'causerie_claims', $claims, $user );
	$header = array(
		'alg' => 'HS256',
		'typ' => 'JWT',
	);
	$text   = causerie_base64url( wp_json_encode( $header ) ) . '.' . causerie_base64url( wp_json_encode( $claims ) );
	return $text . '.' . causerie_base64url( hash_hmac( 'sha256', $text, causerie_secret(), true ) );
}

function causerie_base64url( $bytes ) {
	// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode
	return rtrim( strtr( base64_encode( $bytes ), '+/', '-_' ), '=' );
}
