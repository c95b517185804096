<?php
/**
 * Removes the settings with the plugin.
 *
 * @package Causerie
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

foreach ( array( 'causerie_server', 'causerie_site', 'causerie_secret' ) as $causerie_option ) {
	delete_option( $causerie_option );
}
