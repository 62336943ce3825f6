<?php
// Drives a real WordPress for the tests: installs it into an empty database, brings a file in with the official
// importer and prints what WordPress then holds, told without ids. Called as: php wordpress.php TASK, a JSON object.

$task = json_decode( $argv[1], true );
error_reporting( E_ALL & ~E_DEPRECATED & ~E_WARNING );

/** Starts WordPress without a wp-config.php; everything that it writes lies in the folder of the task. */
function start_wordpress( array $task ): void {
	foreach ( [ 'host', 'name', 'user', 'password' ] as $part ) {
		define( 'DB_' . strtoupper( $part ), $task['database'][ $part ] );
	}
	foreach ( [ 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ] as $name ) {
		define( "{$name}_KEY", $name );
		define( "{$name}_SALT", $name );
	}
	define( 'DB_CHARSET', 'utf8mb4' );
	define( 'DB_COLLATE', '' );
	define( 'WP_DEBUG', false );
	define( 'WP_CONTENT_DIR', $task['folder'] );
	define( 'DISABLE_WP_CRON', true );
	define( 'WP_LOAD_IMPORTERS', true );
	define( 'WP_IMPORTING', true );
	define( 'WP_SITEURL', 'http://wordpress.test' );
	define( 'WP_HOME', 'http://wordpress.test' );
	define( 'ABSPATH', rtrim( $task['wordpress'], '/' ) . '/' );
	$_SERVER += [ 'HTTP_HOST' => 'wordpress.test', 'SERVER_PROTOCOL' => 'HTTP/1.1' ];
	$_SERVER['REQUEST_URI']    = '/';
	$_SERVER['REQUEST_METHOD'] = 'GET';
	$GLOBALS['table_prefix']   = 'wp_';
	define( 'WP_INSTALLING', true );
}

/** Answers every request for a file with the same small picture: nothing ever leaves this machine. */
function answer_requests( string $picture ): void {
	add_filter(
		'pre_http_request',
		function ( $_, $args, $url ) use ( $picture ) {
			if ( ! preg_match( '#^https?://#', $url ) ) {
				return new WP_Error( 'no_address', 'There is nothing at this address.' );
			}
			if ( ! empty( $args['filename'] ) ) {
				file_put_contents( $args['filename'], base64_decode( $picture ) );
			}
			return [
				'headers'  => [ 'content-type' => 'image/png' ],
				'body'     => '',
				'response' => [ 'code' => 200, 'message' => 'OK' ],
				'cookies'  => [],
				'filename' => $args['filename'] ?? null,
			];
		},
		10,
		3
	);
	add_filter( 'wp_check_filetype_and_ext', fn( $_, $file, $name ) => [ 'proper_filename' => false ] + wp_check_filetype( $name ), 10, 3 );
	add_filter( 'intermediate_image_sizes_advanced', '__return_empty_array' );
}

/** Installs WordPress and takes away what a new site begins with. */
function install_wordpress(): void {
	require_once ABSPATH . 'wp-admin/includes/upgrade.php';
	add_filter( 'pre_wp_mail', '__return_true' );
	wp_install( 'Moved', 'admin', 'admin@example.org', false, '', 'password' );
	update_option( 'timezone_string', $GLOBALS['task']['zone'] ?? 'UTC' );
	foreach ( get_posts( [ 'post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1 ] ) as $post ) {
		wp_delete_post( $post->ID, true );
	}
	wp_installing( false );
}

/** What another plugin would register on the site that people move to. */
function register_types( array $task ): void {
	foreach ( $task['types'] ?? [] as $type ) {
		register_post_type( $type, [ 'public' => true, 'hierarchical' => true ] );
	}
	foreach ( $task['taxonomies'] ?? [] as $taxonomy ) {
		register_taxonomy( $taxonomy, array_merge( [ 'post' ], $task['types'] ?? [] ), [ 'hierarchical' => true ] );
	}
}

/** Runs the importer as its screen does when every author is to be made anew. */
function run_importer( array $task ): string {
	wp_set_current_user( 1 );
	kses_remove_filters();
	$importer = new class() extends WP_Import {
		public string $parser = 'WXR_Parser';
		function parse( $file ) {
			return ( new $this->parser() )->parse( $file );
		}
	};
	$importer->parser            = $task['parser'] ?? 'WXR_Parser';
	$importer->fetch_attachments = true;
	$read = $importer->parse( $task['file'] );
	$_POST['imported_authors'] = array_values( array_map( 'strval', array_keys( $read['authors'] ) ) );
	foreach ( $_POST['imported_authors'] as $at => $login ) {
		$_POST['user_map'][ $at ] = username_exists( $login ) ?: 0;
	}
	ob_start();
	$importer->import( $task['file'] );
	return ob_get_clean();
}

/** Everything that WordPress holds; what refers to something names it instead of its id. */
class Held {
	private array $posts = [];
	private array $terms = [];
	private array $users = [];
	private array $menus = [];

	private function rows( string $table ): array {
		global $wpdb;
		return $wpdb->get_results( "SELECT * FROM {$wpdb->prefix}$table ORDER BY 1, 2", ARRAY_A );
	}

	private function meta( string $table, string $owner ): array {
		$result = [];
		foreach ( $this->rows( $table ) as $row ) {
			$result[ $row[ $owner ] ][] = [ $row['meta_key'], $row['meta_value'] ];
		}
		return $result;
	}

	private function post( $id ): string {
		$post = $this->posts[ $id ] ?? null;
		if ( ! $post ) {
			return $id ? 'nothing' : '';
		}
		$name = 'nav_menu_item' === $post['post_type'] ? "{$this->menus[ $id ]}#{$post['menu_order']}" : $post['post_name'];
		return $post['post_type'] . ':' . ( $name ?: $post['post_title'] );
	}

	private function term( $id ): string {
		$term = $this->terms[ $id ] ?? null;
		return $term ? "{$term['taxonomy']}:{$term['slug']}" : ( $id ? 'nothing' : '' );
	}

	private function postmeta( array $pairs ): array {
		$kind   = current( array_filter( $pairs, fn( $pair ) => '_menu_item_type' === $pair[0] ) )[1] ?? '';
		$result = [];
		foreach ( $pairs as [ $key, $value ] ) {
			$named = match ( $key ) {
				'_thumbnail_id', '_menu_item_menu_item_parent' => $this->post( (int) $value ),
				'_menu_item_object_id' => 'post_type' === $kind ? $this->post( $value ) : ( 'taxonomy' === $kind ? $this->term( $value ) : '' ),
				'_edit_last' => $this->users[ $value ] ?? 'nobody',
				default => $value,
			};
			$result[ $key ][] = $named;
		}
		ksort( $result );
		return $result;
	}

	private function comments(): array {
		$meta   = $this->meta( 'commentmeta', 'comment_id' );
		$names  = [];
		$result = [];
		foreach ( $this->rows( 'comments' ) as $row ) {
			$id           = $row['comment_ID'];
			$names[ $id ] = "{$row['comment_date_gmt']} {$row['comment_author']}";
			$post         = $row['comment_post_ID'];
			$told         = array_diff_key( $row, array_flip( [ 'comment_ID', 'comment_post_ID', 'comment_parent', 'user_id', 'comment_karma' ] ) );
			$told['user']        = $this->users[ $row['user_id'] ] ?? '';
			$told['parent']      = $names[ $row['comment_parent'] ] ?? ( $row['comment_parent'] ? 'nothing' : '' );
			$told['meta']        = $meta[ $id ] ?? [];
			$result[ $post ][] = $told;
		}
		return $result;
	}

	public function tell(): array {
		$this->posts = array_column( $this->rows( 'posts' ), null, 'ID' );
		$this->users = array_column( $this->rows( 'users' ), 'user_login', 'ID' );
		$terms       = array_column( $this->rows( 'terms' ), null, 'term_id' );
		$of          = [];
		$taxonomies  = [];
		foreach ( $this->rows( 'term_taxonomy' ) as $row ) {
			$this->terms[ $row['term_id'] ]          = $row + $terms[ $row['term_id'] ];
			$taxonomies[ $row['term_taxonomy_id'] ] = $row['term_id'];
		}
		foreach ( $this->rows( 'term_relationships' ) as $row ) {
			$of[ $row['object_id'] ][] = $this->term( $taxonomies[ $row['term_taxonomy_id'] ] );
		}
		foreach ( $of as $id => $names ) {
			$this->menus[ $id ] = substr( current( preg_grep( '/^nav_menu:/', $names ) ) ?: '', 9 );
		}
		return [ 'posts' => $this->tell_posts( $of ), 'terms' => $this->tell_terms(), 'users' => $this->tell_users() ];
	}

	private function tell_posts( array $of ): array {
		$meta     = $this->meta( 'postmeta', 'post_id' );
		$comments = $this->comments();
		$sticky   = get_option( 'sticky_posts' );
		$result   = [];
		foreach ( $this->posts as $id => $post ) {
			$told = array_diff_key( $post, array_flip( [ 'post_author', 'post_parent', 'post_modified', 'post_modified_gmt', 'guid', 'to_ping', 'pinged', 'post_content_filtered', 'comment_count' ] ) );
			if ( 'nav_menu_item' === $post['post_type'] ) {
				$told = array_diff_key( $told, array_flip( [ 'post_name', 'post_date', 'post_date_gmt' ] ) );
			}
			$told['author'] = $this->users[ $post['post_author'] ] ?? '';
			$told['parent'] = 'nav_menu_item' === $post['post_type'] ? '' : $this->post( $post['post_parent'] );
			$told['sticky'] = in_array( (int) $id, array_map( 'intval', $sticky ), true );
			$told['meta']   = (object) $this->postmeta( $meta[ $id ] ?? [] );
			$told['terms']  = $of[ $id ] ?? [];
			sort( $told['terms'] );
			$told['comments'] = $comments[ $id ] ?? [];
			$name = $this->post( $id );
			for ( $key = $name, $n = 2; isset( $result[ $key ] ); $n++ ) {
				$key = "$name ($n)";
			}
			$result[ $key ] = $told;
		}
		ksort( $result );
		return $result;
	}

	private function tell_terms(): array {
		$meta   = $this->meta( 'termmeta', 'term_id' );
		$result = [];
		foreach ( $this->terms as $id => $term ) {
			$told             = array_intersect_key( $term, array_flip( [ 'name', 'description', 'count' ] ) );
			$told['parent']   = $this->term( $term['parent'] );
			$told['meta']     = $meta[ $id ] ?? [];
			$result[ $this->term( $id ) ] = $told;
		}
		ksort( $result );
		return $result;
	}

	private function tell_users(): array {
		return array_column( array_map( fn( $row ) => array_intersect_key( $row, array_flip( [ 'user_login', 'user_email', 'display_name' ] ) ), $this->rows( 'users' ) ), null, 'user_login' );
	}
}

start_wordpress( $task );
require ABSPATH . 'wp-settings.php';
answer_requests( $task['picture'] );
install_wordpress();
register_types( $task );
require_once ABSPATH . 'wp-admin/includes/admin.php';
require_once "{$task['importer']}/wordpress-importer.php";
$said = run_importer( $task );
echo json_encode( ( new Held() )->tell() + [ 'said' => $said ], JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR );
