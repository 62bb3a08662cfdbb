-- Whoever changes a password ends that user's sessions.
-- Up Migration
create trigger app_user_password after update of password_digest on app_user for each row
  when (old.password_digest is distinct from new.password_digest) execute function altiplano.password_changed('id');

-- Down Migration
drop trigger app_user_password on app_user;
