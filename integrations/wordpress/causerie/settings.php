<?php
/**
 * Settings → Causerie: the service, the site and the secret.
 *
 * @package Causerie
 */

defined( 'ABSPATH' ) || exit;

const CAUSERIE_MIN_SECRET_BYTES = 32;

add_action( 'admin_init', 'causerie_register_settings' );
add_action( 'admin_menu', 'causerie_add_page' );

/** The constant CAUSERIE_SECRET of wp-config.php, else the stored secret; empty if there is none. */
function causerie_secret() {
	return defined( 'CAUSERIE_SECRET' ) ? (string) CAUSERIE_SECRET : (string) get_option( 'causerie_secret', '' );
}

function causerie_register_settings() {
	foreach ( array( 'server', 'site', 'secret' ) as $name ) {
		register_setting(
			'causerie',
			'causerie_' . $name,
			array(
				'type'              => 'string',
				'sanitize_callback' => 'causerie_sanitize_' . $name,
				'show_in_rest'      => false,
			)
		);
	}
}

/**
 * The origin of the service, or the earlier one if the value is not an origin.
 *
 * @param mixed $value What was entered.
 */
function causerie_sanitize_server( $value ) {
	$url = esc_url_raw( trim( (string) $value ), array( 'http', 'https' ) );
	if ( ! preg_match( '~^(https?://[^/?#]+)/?$~', $url, $found ) ) {
		return causerie_reject( 'server', __( 'The service must be an origin such as https://chat.example.com.', 'causerie' ) );
	}
	return $found[1];
}

function causerie_sanitize_site( $value ) {
	$site = sanitize_text_field( (string) $value );
	if ( ! preg_match( '/^[a-z0-9][a-z0-9-]{0,62}$/', $site ) ) {
		return causerie_reject( 'site', __( 'The site must be its id: lower-case letters, digits and hyphens.', 'causerie' ) );
	}
	return $site;
}

/**
 * An empty field keeps the stored secret, because the page does not show it.
 *
 * @param mixed $value What was entered.
 */
function causerie_sanitize_secret( $value ) {
	$secret = trim( (string) $value );
	$stored = (string) get_option( 'causerie_secret', '' );
	if ( '' === $secret || $stored === $secret ) {
		return $stored;
	}
	if ( strlen( $secret ) < CAUSERIE_MIN_SECRET_BYTES ) {
		return causerie_reject( 'secret', __( 'The secret must have at least 32 characters.', 'causerie' ) );
	}
	return $secret;
}

function causerie_reject( $name, $message ) {
	add_settings_error( 'causerie_' . $name, 'causerie_' . $name, $message );
	return get_option( 'causerie_' . $name, '' );
}

function causerie_add_page() {
	add_options_page( 'Causerie', 'Causerie', 'manage_options', 'causerie', 'causerie_show_page' );
}

function causerie_show_page() {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	?>
	<div class="wrap">
		<h1>Causerie</h1>
		<form action="options.php" method="post">
			<?php settings_fields( 'causerie' ); ?>
			<table class="form-table" role="presentation">
				<tr>
					<th scope="row"><label for="causerie_server"><?php esc_html_e( 'Service', 'causerie' ); ?></label></th>
					<td><input class="regular-text" type="url" required id="causerie_server" name="causerie_server"
						placeholder="https://chat.example.com" value="<?php echo esc_attr( get_option( 'causerie_server', '' ) ); ?>"></td>
				</tr>
				<tr>
					<th scope="row"><label for="causerie_site"><?php esc_html_e( 'Site', 'causerie' ); ?></label></th>
					<td><input class="regular-text" type="text" required id="causerie_site" name="causerie_site"
						value="<?php echo esc_attr( get_option( 'causerie_site', '' ) ); ?>"></td>
				</tr>
				<tr>
					<th scope="row"><label for="causerie_secret"><?php esc_html_e( 'Secret', 'causerie' ); ?></label></th>
					<td>
						<?php if ( defined( 'CAUSERIE_SECRET' ) ) : ?>
							<?php esc_html_e( 'Set by CAUSERIE_SECRET in wp-config.php.', 'causerie' ); ?>
						<?php else : ?>
							<input class="regular-text" type="password" autocomplete="off" id="causerie_secret" name="causerie_secret"
								value="" <?php echo '' === causerie_secret() ? 'required' : ''; ?>>
							<p class="description">
								<?php esc_html_e( 'CAUSERIE_AUTH__SECRET of the service. An empty field keeps the stored one.', 'causerie' ); ?>
							</p>
						<?php endif; ?>
					</td>
				</tr>
			</table>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}
